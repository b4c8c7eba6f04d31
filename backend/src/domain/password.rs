//! The rules for a password: long enough, and not among those that are guessed first. It need hold no particular kinds
//! of character, because such rules make passwords alike.
//!
//! The list in `common_passwords.txt` was written for this project from what people are known to choose; it is not
//! copied from a leak, and is under the licence of the project.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most bytes of a password.
pub const LONGEST: usize = 256;

/// The fewest letters and digits that must be left when guessable words and patterns are taken out.
const OWN: usize = 6;

static COMMON: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let lines = include_str!("common_passwords.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(plain).filter(|line| !line.is_empty()).collect()
});

/// Words that people build passwords from everywhere.
const WORDS: &[&str] = &[
    "password",
    "passwort",
    "passw",
    "passphrase",
    "welcome",
    "letmein",
    "changeme",
    "secret",
    "login",
    "signin",
    "admin",
    "administrator",
    "computer",
    "internet",
    "default",
    "temporary",
    "iloveyou",
    "sunshine",
    "football",
    "liverpool",
    "arsenal",
    "chelsea",
    "england",
    "london",
    "princess",
    "monkey",
    "dragon",
    "superman",
    "batman",
    "starwars",
    "spring",
    "summer",
    "autumn",
    "winter",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "council",
    "borough",
    "county",
    "school",
    "education",
    "children",
    "missing",
    "onroll",
    "service",
    "team",
    "office",
];

/// Sequences that fingers or the alphabet follow.
const WALKS: &[&str] = &[
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "abcdefghijklmnopqrstuvwxyz",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "azertyuiop",
    "qwertzuiop",
];

/// Checks a password for somebody whom `about` describes by name, address and council. The fault is a sentence for
/// them.
pub fn check(password: &str, about: &[&str]) -> Result<(), &'static str> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err("Enter a password of 12 to 256 characters: three random words are a good one");
    }
    let plain = plain(password);
    // In other alphabets than ours there is nothing to compare with.
    let foreign = password.chars().filter(|letter| !letter.is_ascii()).count();
    if foreign >= OWN {
        return Ok(());
    }
    if COMMON.contains(&plain) || is_repeated(&plain) {
        return Err(GUESSED);
    }
    let mut rest = plain;
    let about = about.iter().flat_map(|text| text.split(|letter: char| !letter.is_ascii_alphanumeric()));
    let mut words: Vec<String> = about.map(plain_word).filter(|word| word.len() >= 3).collect();
    words.extend(WORDS.iter().map(|word| (*word).to_owned()));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in &words {
        rest = rest.replace(word.as_str(), " ");
    }
    let rest = without_walks(&rest);
    let letters: BTreeSet<char> = rest.chars().filter(char::is_ascii_alphabetic).collect();
    if rest.chars().filter(char::is_ascii_alphanumeric).count() < OWN || letters.len() + digits(&rest) < 4 {
        return Err(GUESSED);
    }
    Ok(())
}

const GUESSED: &str = "Enter a password that is harder to guess: this one is common, follows a pattern, or is made of your \
                       name or work. Three random words are a good one";

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).collect::<BTreeSet<_>>().len()
}

/// The letters and digits in lower case. A sign or digit that looks like a letter becomes that letter where it stands
/// among letters.
fn plain(text: &str) -> String {
    let letters: Vec<char> = text.chars().map(|letter| letter.to_ascii_lowercase()).collect();
    let beside = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphabetic);
    let among = |at: usize| beside(at + 1) && (at == 0 || beside(at - 1));
    let looked = letters.iter().enumerate().map(|(at, letter)| match letter {
        '@' => 'a',
        '$' => 's',
        '0' if among(at) => 'o',
        '1' if among(at) => 'i',
        '3' if among(at) => 'e',
        '4' if among(at) => 'a',
        '5' if among(at) => 's',
        '7' if among(at) => 't',
        letter => *letter,
    });
    looked.filter(char::is_ascii_alphanumeric).collect()
}

fn plain_word(word: &str) -> String {
    word.to_ascii_lowercase()
}

/// Whether the text is one piece of up to five characters repeated.
fn is_repeated(text: &str) -> bool {
    (1..=text.len() / 2).filter(|piece| *piece <= 5).any(|piece| {
        let bytes = text.as_bytes();
        bytes.iter().zip(&bytes[piece..]).all(|(one, other)| one == other)
    })
}

/// The text without runs of four or more along the keyboard or the alphabet, in either direction, or of one letter.
fn without_walks(text: &str) -> String {
    const RUN: usize = 4;
    let letters: Vec<char> = text.chars().collect();
    let mut kept = String::new();
    let mut at = 0;
    while at < letters.len() {
        let run = (RUN..=letters.len() - at).rev().find(|length| {
            let piece: String = letters[at..at + length].iter().collect();
            let back: String = piece.chars().rev().collect();
            let same = piece.chars().all(|letter| piece.starts_with(letter));
            same || WALKS.iter().any(|walk| walk.contains(&piece) || walk.contains(&back))
        });
        if let Some(length) = run {
            kept.push(' ');
            at += length;
        } else {
            kept.push(letters[at]);
            at += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_all_that_is_asked_of_a_password_that_nobody_guesses() {
        for good in [
            "three random words",
            "correct horse battery",
            "twelve chars",
            "nightingale ochre 7",
            "сорок восемь попугаев",
            "xK9#vQ2!mZ7$",
        ] {
            assert_eq!(check(good, &["Sam Officer", "sam.officer@luton.example", "Luton Council"]), Ok(()), "{good}");
        }
        assert!(check("elevenchars", &[]).is_err());
        assert!(check(&"x y z ".repeat(50), &[]).is_err());
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for poor in [
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "0987654321098",
            "abcdefghijkl",
            "qwertyuiop12",
            "1qaz2wsx3edc",
            "Password2026!",
            "P@ssw0rd2026!",
            "Welcome12345",
            "Summer2026!!",
            "letmeinletmein",
            "iloveyou1234",
            "trustno1trustno1",
        ] {
            assert!(check(poor, &[]).is_err(), "{poor}");
        }
    }

    #[test]
    fn what_is_known_of_somebody_is_no_secret() {
        let about = ["Samantha Officer", "s.officer@luton.example", "Luton Council"];
        for poor in ["SamanthaOfficer1", "LutonCouncil2026", "luton-officer-99", "OnrollCouncil1!"] {
            assert!(check(poor, &about).is_err(), "{poor}");
        }
    }
}
