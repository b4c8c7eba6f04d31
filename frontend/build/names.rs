//! How Rust spells the names of the schema. The tests run with those of the crate.

/// What Rust keeps for itself and the schema might call a field.
const KEYWORDS: [&str; 10] = ["as", "for", "in", "match", "move", "ref", "static", "type", "use", "where"];

/// `NOT_KNOWN` as a variant: `NotKnown`; `dateOfBirth`: `DateOfBirth`.
pub(crate) fn variant(code: &str) -> String {
    if code.starts_with(|first: char| first.is_ascii_lowercase()) {
        return code[..1].to_ascii_uppercase() + &code[1..];
    }
    let mut variant = String::new();
    for word in code.split('_') {
        let mut letters = word.chars();
        variant.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        variant.extend(letters.map(|letter| letter.to_ascii_lowercase()));
    }
    // The one such word that Rust keeps for itself.
    if variant == "Self" { "Oneself".to_owned() } else { variant }
}

/// `schoolUrn` as a field or a function: `school_urn`; `type`: `r#type`.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = if KEYWORDS.contains(&name) { "r#".to_owned() } else { String::new() };
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_the_schema_is_a_variant() {
        for (code, expected) in
            [("CME", "Cme"), ("NOT_KNOWN", "NotKnown"), ("dateOfBirth", "DateOfBirth"), ("SELF", "Oneself")]
        {
            assert_eq!(variant(code), expected);
        }
    }

    #[test]
    fn a_name_of_the_schema_is_a_field_or_a_function() {
        for (name, expected) in [
            ("case", "case"),
            ("schoolUrn", "school_urn"),
            ("sendFailedMailAgain", "send_failed_mail_again"),
            ("type", "r#type"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }
}
