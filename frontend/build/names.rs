//! The Rust names for names of the schema. It is also compiled into the crate, whose tests run its own.

/// Rust keywords that the schema might use as a field.
const KEYWORDS: [&str; 10] = ["as", "for", "in", "match", "move", "ref", "static", "type", "use", "where"];

/// The variant for a code: `NOT_KNOWN` becomes `NotKnown`, `dateOfBirth` becomes `DateOfBirth`.
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
    // `Self` is the one variant name that Rust reserves.
    if variant == "Self" { "Oneself".to_owned() } else { variant }
}

/// The field or function for a name: `schoolUrn` becomes `school_urn`, `type` becomes `r#type`.
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
