//! Which questions of a school's referral follow from the answer to another, so that what was typed in one stands only
//! while that answer does. A draft keeps everything typed, so that whoever changes an answer back finds it again; what is
//! shown and sent is what stands.
//!
//! Why nobody visited the home is no follow-up, although it is asked only while no enquiry is a visit: it can be a sign of
//! harm, and none may go unsaid.
//!
//! What must not live here: what makes an answer right (`referral`).

use super::answers::Answers;

/// A question or a group of rows, the question it follows from, and the answers to that with which it stands. "Not known"
/// is no "no": what was typed beside it may be the sign that somebody else reads.
const FOLLOW_UPS: [(&str, &str, &[&str]); 8] = [
    ("dangerCalled", "danger", &["YES"]),
    ("dangerReference", "danger", &["YES"]),
    ("socialWorker", "socialCare", &["YES", "NOT_KNOWN"]),
    ("harmDetails", "harm", &["YES", "NOT_KNOWN"]),
    ("destination", "ground", &["MOVED_ABROAD"]),
    ("returnDue", "ground", &["NOT_BACK_FROM_LEAVE"]),
    ("professionalsNamed", "professionals", &["YES", "NOT_KNOWN"]),
    ("sibling", "siblings", &["YES", "NOT_KNOWN"]),
];

/// The answers of a school without those that were withdrawn with the answer they follow from.
pub fn standing(answers: &Answers) -> Answers {
    let withdrawn = |name: &str| {
        // `returnDue-day` is a part of `returnDue`, and `sibling.1.name` is in a row of `sibling`.
        let question = name.split(['-', '.']).next();
        FOLLOW_UPS
            .iter()
            .any(|(field, of, raised_by)| question == Some(*field) && !raised_by.contains(&answers.get(of)))
    };
    let kept = answers.0.iter().filter(|(name, _)| !withdrawn(name));
    Answers(kept.map(|(name, typed)| (name.clone(), typed.clone())).collect())
}

#[cfg(test)]
mod tests {
    use entity::vocabulary::{Answer, ReferralGround};

    use super::super::field::AnswerField;
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        Answers(pairs.iter().map(|(name, typed)| ((*name).to_owned(), vec![(*typed).to_owned()])).collect())
    }

    #[test]
    fn what_follows_from_an_answer_stands_while_it_does() {
        for (field, of, raised_by, otherwise) in [
            ("dangerCalled", "danger", "YES", "NO"),
            ("dangerReference", "danger", "YES", "NOT_KNOWN"),
            ("socialWorker", "socialCare", "YES", "NO"),
            ("harmDetails", "harm", "YES", "NO"),
            ("harmDetails", "harm", "NOT_KNOWN", "NO"),
            ("sibling.1.name", "siblings", "NOT_KNOWN", "NO"),
            ("destination", "ground", "MOVED_ABROAD", "NOT_AT_ADDRESS"),
            ("returnDue-day", "ground", "NOT_BACK_FROM_LEAVE", "MOVED_ABROAD"),
            ("returnDue", "ground", "NOT_BACK_FROM_LEAVE", "MOVED_ABROAD"),
            ("professionalsNamed", "professionals", "YES", "NO"),
            ("sibling.2.dateOfBirth-year", "siblings", "YES", "NO"),
        ] {
            let told = answers(&[(of, raised_by), (field, "typed")]);
            assert_eq!(standing(&told), told, "{field} follows from {of}: {raised_by}");
            let withdrawn = answers(&[(of, otherwise), (field, "typed")]);
            assert_eq!(standing(&withdrawn), answers(&[(of, otherwise)]), "{field} is withdrawn by {of}: {otherwise}");
            assert_eq!(standing(&answers(&[(field, "typed")])), Answers::default(), "{field} without {of}");
        }
    }

    #[test]
    fn no_sign_of_harm_is_withdrawn_by_anything_else() {
        let told = answers(&[
            ("enquiry.1.kind", "HOME_VISIT"),
            ("noHomeVisit", "FORCED_MARRIAGE_OR_HONOUR"),
            ("noHomeVisitReason", "A cousin said so"),
            ("siblings", "NO"),
            ("harm", "NO"),
        ]);
        assert_eq!(standing(&told), told);
    }

    #[test]
    fn every_follow_up_is_of_a_question_and_raised_by_a_code_of_it() {
        for (field, of, raised_by) in FOLLOW_UPS {
            let asked = |name: &str| AnswerField::of_kept(name).is_some();
            assert!(asked(field) || asked(&format!("{field}.1.name")), "{field}");
            let known = |code: &&str| match of {
                "ground" => ReferralGround::parse(code).is_some(),
                _ => Answer::parse(code).is_some(),
            };
            assert!(asked(of) && raised_by.iter().all(known), "{of}: {raised_by:?}");
        }
    }
}
