//! Names, counts and sentences of the API in words. Times and days are in `when`.

/// A person's name, of which either part may be missing; "Name not known" if both are.
pub(crate) fn name(given: Option<&str>, family: Option<&str>) -> String {
    let parts: Vec<&str> =
        [given, family].into_iter().flatten().map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "Name not known".to_owned() } else { parts.join(" ") }
}

/// A number of things: "1 case", "312 cases".
pub(crate) fn counted(display: &str, one: &str, many: &str) -> String {
    format!("{display} {}", if display == "1" { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_lack_a_part() {
        assert_eq!(name(Some("Amina"), Some("Hassan")), "Amina Hassan");
        assert_eq!(name(None, Some(" Hassan ")), "Hassan");
        assert_eq!(name(Some(""), None), "Name not known");
    }
}
