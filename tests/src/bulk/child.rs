//! Children, and what a school says when it refers one. Names, addresses and numbers are invented and look it. What must
//! not live here: what becomes of a child (`plot`).

use std::collections::BTreeMap;

use backend::domain::answers::Answers;
use backend::domain::london::london_day;
use backend::domain::upn::Upn;
use chrono::{DateTime, Days, Utc};

use super::dice::Dice;

const GIVEN: [&str; 40] = [
    "Adelpha",
    "Barnaby",
    "Calypso",
    "Dashiell",
    "Elspeth",
    "Florian",
    "Ginevra",
    "Horatio",
    "Isolde",
    "Jocasta",
    "Kestrel",
    "Leander",
    "Marigold",
    "Nicodemus",
    "Ottoline",
    "Peregrine",
    "Quintus",
    "Rosalind",
    "Sebastian",
    "Tamsin",
    "Ursula",
    "Valentine",
    "Wilfred",
    "Xanthe",
    "Yolande",
    "Zephyrine",
    "Ambrose",
    "Beatrix",
    "Cosmo",
    "Delphine",
    "Evander",
    "Fenella",
    "Gulliver",
    "Hermia",
    "Ignatius",
    "Juniper",
    "Lysander",
    "Mirabel",
    "Octavia",
    "Phineas",
];

/// The first halves of family names. `tests/bench/run` searches by some of them.
const FIRST: [&str; 40] = [
    "Amber", "Bramble", "Candle", "Dapple", "Ember", "Feather", "Gossamer", "Hollow", "Inkle", "Jasper", "Kindle",
    "Lantern", "Marble", "Nettle", "Oaken", "Pepper", "Quill", "Ripple", "Saffron", "Thimble", "Umber", "Velvet",
    "Willow", "Yarrow", "Zephyr", "Barley", "Copper", "Dandy", "Fiddle", "Ginger", "Hazel", "Ivory", "Kettle",
    "Linnet", "Mallow", "Nutmeg", "Pebble", "Rowan", "Silver", "Tansy",
];
const SECOND: [&str; 25] = [
    "beck", "bourne", "by", "combe", "cote", "croft", "dale", "den", "fell", "field", "ford", "garth", "ham", "hurst",
    "ley", "mere", "pike", "ridge", "shaw", "stead", "thwaite", "ton", "wick", "wood", "worth",
];

const STREETS: [&str; 8] = [
    "Example Road",
    "Sample Street",
    "Specimen Close",
    "Pattern Avenue",
    "Placeholder Lane",
    "Template Court",
    "Model Crescent",
    "Fiction Way",
];

/// What a school types when it refers the child of these dice. A second referral of the same child, by other dice for
/// the school's part, says the same of the child.
pub(super) fn answers(child: Dice, school: Dice, sent_at: DateTime<Utc>, born: &str) -> Answers {
    let ago = |days| (london_day(sent_at) - Days::new(days)).to_string();
    let family = format!("{}{}", child.one("family", &FIRST), child.one("name", &SECOND));
    let address = format!("{} {}, Sampleton", 1 + child.below("house", 250), child.one("street", &STREETS));
    let postcode = format!(
        "LU{} {}{}{}",
        1 + child.below("area", 4),
        child.below("sector", 9),
        letter(child, "a"),
        letter(child, "b")
    );
    let harm = if school.is("harm not known", 1, 4) { "NOT_KNOWN" } else { "NO" };
    let (attended, seen) = (14 + school.below("attended", 20), 5 + school.below("seen", 9));
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut say = |field: &str, value: &str| all.insert(field.to_owned(), vec![value.to_owned()]);
    say("ground", "NOT_AT_ADDRESS");
    say("danger", "NO");
    say("socialCare", "NO");
    say("harm", harm);
    say("givenNames", child.one::<&str>("given", &GIVEN));
    say("familyName", &family);
    say("dateOfBirth", born);
    say("sex", if child.is("sex", 1, 2) { "FEMALE" } else { "MALE" });
    match upn(child) {
        Some(upn) => say("upn", &upn),
        None => say("upnAbsence", "NOT_TO_HAND"),
    };
    say("address", &address);
    say("postcode", &postcode);
    say("parent.1.name", &format!("Parent {family}"));
    say("parent.1.relationship", "Mother");
    say("parent.1.phone", "01632 960 001");
    say("lastAttended", &ago(attended));
    say("lastSeen", &ago(seen));
    say("lastSeenBy", "The class teacher");
    say("enquiry.1.kind", "PHONE_CALL");
    say("enquiry.1.date", &ago(4));
    say(
        "enquiry.1.outcome",
        "Nobody answered any of the numbers we hold; a message was left that asks for a call back.",
    );
    say("enquiry.2.kind", "HOME_VISIT");
    say("enquiry.2.date", &ago(2));
    say(
        "enquiry.2.outcome",
        "The house looks empty. The neighbour says that the family left some days ago with much luggage.",
    );
    say("enquiry.3.kind", "EMERGENCY_CONTACT");
    say("enquiry.3.date", &ago(3));
    say("enquiry.3.outcome", "The aunt has heard nothing for two weeks and thinks that they went north.");
    say("foundAtAddress", "NO");
    say("professionals", "NO");
    say("welfareOfficer", "Rosalind Achterberg");
    say("appraisedBy", "The designated safeguarding lead");
    say("appraisedOn", &ago(1));
    say("appraisal", "Nothing points to harm.");
    say("siblings", "NO");
    Answers(all)
}

/// A date of birth with which a child is of compulsory school age at this moment and for two years more.
pub(super) fn born(child: Dice, at: DateTime<Utc>) -> String {
    let days = 6 * 365 + child.below("born", 7 * 365);
    (london_day(at) - Days::new(days)).to_string()
}

fn letter(dice: Dice, which: &str) -> char {
    *dice.one(which, &['A', 'B', 'D', 'E', 'F', 'G', 'H', 'J'])
}

/// A pupil number whose check letter fits; one child in twenty has none.
fn upn(dice: Dice) -> Option<String> {
    let digits = format!("{:03}{:09}", 800 + dice.below("authority", 90), dice.below("pupil", 1_000_000_000));
    let all = ('A'..='Z').map(|letter| format!("{letter}{digits}"));
    if dice.is("no number", 1, 20) { None } else { all.into_iter().find(|upn| Upn::parse(upn).is_ok()) }
}
