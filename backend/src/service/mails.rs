//! The texts of outgoing mails. A mail names no child and no parent and repeats nothing of what was reported: it holds
//! a reference, what to do next, and whom to ring.
//!
//! Text that people typed comes in as a [`Line`], which cannot affect the words around it. All other text is our own.
//!
//! What must not live here: when a mail is sent and to whom (the commands).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::vocabulary::{ClockKind, EscalationLevel, MailKind, RedirectTo, Rung};
use entity::{EscalationId, ReportGroupId};

use crate::config::Council;
use crate::context::Mail;
use crate::domain::london::london_clock;
use crate::domain::text::{Line, isolated};

#[expect(clippy::needless_pass_by_value, reason = "each caller makes it for this")]
fn mail(to: &str, subject: String, council: &Council, text: &str) -> Mail {
    let Council { name, team_phone, .. } = council;
    let body = isolated(&format!("{text}\n\nChildren missing education team, {name}\nTelephone {team_phone}\n"));
    let (to, subject) = (to.to_owned(), isolated(&subject));
    Mail { kind: MailKind::Other, to, subject, body, contact: None, escalation: None, secret: false, lives: None }
}

/// To the contact who sent a referral: it has arrived, and the MASH was alerted if it was `flagged`.
pub(crate) fn referral_received(to: &str, reference: &str, flagged: bool, council: &Council) -> Mail {
    let Council { mash_phone, out_of_hours_phone, .. } = council;
    let alerted = format!(
        "We have alerted the multi-agency safeguarding hub (MASH) to it. If it cannot wait, call the MASH on {mash_phone}, \
         or outside office hours {out_of_hours_phone}.\n\n"
    );
    let text = format!(
        "We have received your referral {reference}.\n\n{}We read every referral, and first those about a child who may be \
         at risk. The child’s name stays on your roll: you can propose to remove it once we have opened a case, and you \
         see there what still stands in the way.\n\nIf you learn anything new, \
         ring us and give the reference. If a child is in immediate danger, call 999.",
        if flagged { &alerted } else { "" },
    );
    mail(to, format!("Referral {reference} received"), council, &text)
}

/// To the contact who sent a referral: it was redirected. The reason can be read in the portal only.
pub(crate) fn referral_redirected(to: &str, reference: &str, council: &Council) -> Mail {
    let text = format!(
        "We have read your referral {reference}. It is for another team.\n\nSign in to the portal to see which, and \
         why: {}/refer",
        council.public_url
    );
    mail(to, format!("Referral {reference} is for another team"), council, &text)
}

/// To the desk of another team: a referral is theirs from now on, or tells of a child who is. Where the desk has no address,
/// to the children missing education team, which passes it on. It can be read only after signing in.
pub(crate) fn passed_on(reference: &str, to: RedirectTo, council: &Council) -> Option<Mail> {
    let desk = council.desks.of(to)?;
    let team = to.label();
    let (address, begins) = match &desk.email {
        Some(address) => (address, format!("Referral {reference} is for your team ({team}).")),
        None => (
            &council.team_email,
            format!(
                "Referral {reference} is for another team ({team}), of which no mail address is set. Nobody there knows \
                 yet: ring them{}.",
                desk.phone.as_ref().map(|phone| format!(" on {phone}")).unwrap_or_default()
            ),
        ),
    };
    let text = format!(
        "{begins}\n\nRead it: {}/triage/{reference}. Staff sign in to do so. Whoever cannot rings us and gives the \
         reference.",
        council.public_url
    );
    Some(mail(address, format!("Referral {reference} for {team}"), council, &text))
}

/// A flag as a mail to the MASH tells of it.
pub(crate) struct Alert<'a> {
    /// The flag.
    pub(crate) id: EscalationId,
    /// The reference of the case or referral that it is on.
    pub(crate) reference: &'a str,
    /// How serious it is.
    pub(crate) level: EscalationLevel,
    /// Whether it came with a referral or a report, and was not raised by an officer.
    pub(crate) referred: bool,
    /// What acknowledges it without signing in, for a while.
    pub(crate) token: &'a str,
    /// Whether somebody is in immediate danger and it is not confirmed that 999 was called.
    pub(crate) uncalled: bool,
}

/// To the MASH: a flag needs their answer. The concern can be read only after signing in; the link acknowledges the flag
/// and does nothing else.
pub(crate) fn mash_alert(of: &Alert<'_>, council: &Council) -> Mail {
    let Alert { id, reference, level, referred, token, uncalled } = of;
    let first = "It is not confirmed that 999 was called. Ring the police before anything else.\n\n";
    let priority = priority(*level);
    let text = format!(
        "{}A concern for a child’s safety has been raised on {reference}: {priority}, 1 being the most urgent. {}\n\n{}\n\n{}\n\n\
         If you cannot sign in, ring the team at once.",
        if *uncalled { first } else { "" },
        if *referred { "It came with a referral or a report." } else { "An officer raised it." },
        to_acknowledge(token, council),
        to_answer(*id, council),
    );
    Mail { escalation: Some(*id), ..alert(format!("Answer needed: {reference}, {priority}"), council, &text) }
}

/// How serious a flag is, in a code that tells a stranger nothing of it.
fn priority(level: EscalationLevel) -> &'static str {
    match level {
        EscalationLevel::ImmediateDanger => "priority 1 of 4",
        EscalationLevel::SignificantHarm => "priority 2 of 4",
        EscalationLevel::ChildInNeed => "priority 3 of 4",
        EscalationLevel::EarlyHelp => "priority 4 of 4",
    }
}

/// The line with the link that acknowledges a flag and does nothing else.
fn to_acknowledge(token: &str, council: &Council) -> String {
    format!("Say that you have it, without signing in: {}/acknowledge/{token}", council.public_url)
}

/// The line with the link to a flag.
fn to_answer(id: EscalationId, council: &Council) -> String {
    format!("Sign in to read it, to rate it and to answer: {}/mash/{id}", council.public_url)
}

/// A mail to the MASH in the lane of alerts, which waits for no other mail and is never given up.
fn alert(subject: String, council: &Council, text: &str) -> Mail {
    Mail { kind: MailKind::SafeguardingAlert, ..mail(&council.mash_email, subject, council, text) }
}

/// A flag with which the MASH is late, or a list of them.
pub(crate) enum Chased {
    /// One flag.
    Flag {
        /// The flag.
        id: EscalationId,
        /// The reference of the case or referral that it is on.
        reference: String,
        /// How serious it is.
        level: EscalationLevel,
        /// What acknowledges it without signing in, for a while; `None` once it is acknowledged.
        token: Option<String>,
        /// Whether somebody else recorded an answer, which waits to be confirmed.
        relayed: bool,
    },
    /// The reports of harm of a group, which the MASH was told of in one list.
    Group(ReportGroupId),
}

impl Chased {
    fn lines(&self, council: &Council) -> String {
        match self {
            Self::Flag { id, reference, level, token, relayed } => {
                let heard = "Somebody has recorded what you said of it. It counts once you have confirmed it.\n";
                let acknowledge = token.as_ref().map(|token| format!("{}\n", to_acknowledge(token, council)));
                format!(
                    "{reference}, {}\n{}{}{}\n",
                    priority(*level),
                    if *relayed { heard } else { "" },
                    acknowledge.unwrap_or_default(),
                    to_answer(*id, council),
                )
            }
            Self::Group(group) => format!(
                "Reports that came faster than we send single alerts\nSign in to read each of them, to rate it and to \
                 answer: {}/triage/gathered/{group}\n",
                council.public_url
            ),
        }
    }
}

/// To the MASH: these flags have waited longer than they should, each with the links and the words of its alert.
pub(crate) fn mash_chased(flags: &[Chased], council: &Council) -> Mail {
    let lines: Vec<String> = flags.iter().map(|flag| flag.lines(council)).collect();
    let count = if flags.len() == 1 { "1 flag".to_owned() } else { format!("{} flags", flags.len()) };
    let text = format!(
        "{count} raised with you should have been acknowledged or answered by now; priority 1 is the most \
         urgent.\n\n{}\nIf you cannot sign in, ring the team at once.",
        lines.join("\n"),
    );
    alert(format!("Still unanswered: {count}"), council, &text)
}

/// To the MASH: somebody else recorded an answer of theirs, which counts once it is confirmed.
pub(crate) fn mash_relayed(reference: &str, id: EscalationId, council: &Council) -> Mail {
    let text = format!(
        "Somebody has recorded what you said of a flag on {reference}. It counts once you have confirmed it.\n\nSign in to \
         read it, and to confirm it or to answer yourself: {}/mash/{id}",
        council.public_url
    );
    mail(&council.mash_email, format!("To be confirmed: {reference}"), council, &text)
}

/// To whoever works a case or a referral: the MASH has rated or answered a flag on it, or what it said was confirmed.
pub(crate) fn mash_has_spoken(to: &str, reference: &str, id: EscalationId, council: &Council) -> Mail {
    let text = format!(
        "The MASH has rated or answered a flag on {reference}.\n\nRead what it says: {}/mash/{id}",
        council.public_url
    );
    mail(to, format!("The MASH on {reference}"), council, &text)
}

/// To those who may be the second person: the MASH thinks a flag less urgent than it was.
pub(crate) fn lowering_proposed(to: &str, reference: &str, id: EscalationId, council: &Council) -> Mail {
    let text = format!(
        "The MASH thinks a flag on {reference} less urgent than it was rated. A second person must agree before it counts.\n\n\
         Read why, and agree or leave it: {}/mash/{id}",
        council.public_url
    );
    mail(to, format!("Decision needed: a flag on {reference}"), council, &text)
}

/// A clock as a mail tells of it.
pub(crate) struct Running {
    /// What it runs for.
    pub(crate) kind: ClockKind,
    /// How far it has run.
    pub(crate) rung: Rung,
    /// The last day on which it is not late.
    pub(crate) due_on: NaiveDate,
    /// Where it is seen, below the address of the service; `None` for a reader who may not know what it belongs to.
    pub(crate) path: Option<String>,
}

/// The most clocks that one mail lists.
const LISTED: usize = 50;

/// To a person of the council, or one of its addresses: how far clocks of theirs have run, what is late first.
pub(crate) fn running(to: &str, clocks: &[Running], council: &Council) -> Mail {
    let line = |clock: &Running| {
        let place = match &clock.path {
            Some(path) => format!("{}/{path}", council.public_url),
            None => "a restricted case: ask who is named on it".to_owned(),
        };
        format!("{}, due {}: {place}\n", clock.kind.label(), clock.due_on.format("%-d %B %Y"))
    };
    let part = |heading: &str, late: bool| {
        let mut of: Vec<&Running> = clocks.iter().filter(|clock| (clock.rung != Rung::Soon) == late).collect();
        of.sort_by_key(|clock| clock.due_on);
        let more = of.len().saturating_sub(LISTED);
        let lines: String = of.iter().take(LISTED).map(|clock| line(clock)).collect();
        let more = if more == 0 { String::new() } else { format!("And {more} more.\n") };
        if of.is_empty() { String::new() } else { format!("{heading}:\n{lines}{more}\n") }
    };
    let (late, soon) = (part("Late", true), part("Due soon", false));
    let text = format!("{late}{soon}See everything that is due: {}/desk", council.public_url);
    let late = clocks.iter().filter(|clock| clock.rung != Rung::Soon).count();
    let subject = match (late, clocks.len()) {
        (0, 1) => "1 thing is due soon".to_owned(),
        (0, all) => format!("{all} things are due soon"),
        (1, _) => "1 thing is late".to_owned(),
        (late, _) => format!("{late} things are late"),
    };
    mail(to, subject, council, &text)
}

/// To a school: a return about a name on its roll is owed. Which child it is can be read in the portal only.
pub(crate) fn return_owed(to: &str, by: NaiveDate, council: &Council) -> Mail {
    let text = format!(
        "A return about a name on your roll is owed by {}.\n\nSign in to see which, and to send it: {}/refer",
        by.format("%-d %B %Y"),
        council.public_url
    );
    mail(to, "A return about your roll is owed".to_owned(), council, &text)
}

/// The reports of a group, for a digest.
pub(crate) struct Gathered {
    /// The references of reports of immediate danger without word that 999 was called, oldest first.
    pub(crate) uncalled: Vec<String>,
    /// The references of reports of immediate danger for which 999 was called, oldest first.
    pub(crate) danger: Vec<String>,
    /// The references of all other reports in the group, oldest first.
    pub(crate) other: Vec<String>,
    /// Whether all came from one internet address.
    pub(crate) one_origin: bool,
    /// When the first of them arrived.
    pub(crate) since: DateTime<Utc>,
}

/// To the MASH: the digest of a group, with every report in it so far.
pub(crate) fn mash_digest(gathered: &Gathered, council: &Council) -> Mail {
    let Gathered { uncalled, danger, other, one_origin, since } = gathered;
    let (all, origin) =
        (uncalled.len() + danger.len() + other.len(), if *one_origin { "one origin" } else { "many origins" });
    let reports = if all == 1 { "1 report".to_owned() } else { format!("{all} reports") };
    let line = |reference: &String| format!("{reference} {}/triage/{reference}\n", council.public_url);
    let part = |heading: &str, of: &[String]| {
        let lines: String = of.iter().map(line).collect();
        if of.is_empty() { String::new() } else { format!("\n\n{heading}: {}\n{lines}", of.len()) }
    };
    let text = format!(
        "A concern for a child’s safety has been raised on each of these. Since {} reports have come from {origin} faster \
         than we send single alerts, so they are gathered in one list. None has been left out, and any of them may be \
         true. When another comes, a new list takes the place of this one.\n\nSign in to read each and to answer. If you \
         cannot sign in, ring the team at once.{}{}{}",
        london_clock(*since),
        part(
            "Immediate danger, and it is not confirmed that 999 was called. Ring the police before anything else",
            uncalled
        ),
        part("Immediate danger", danger),
        part("Others", other),
    );
    alert(format!("Answer needed: {reports} of harm from {origin}"), council, text.trim_end())
}

/// To an officer: a case was given to them, or taken from them, by somebody else.
pub(crate) fn case_assigned(to: &str, reference: &str, council: &Council) -> Mail {
    let text = format!(
        "Somebody else changed who has case {reference}: it is yours from now on, or it was yours until now.\n\nSee who \
         has it, and why: {}/cases/{reference}",
        council.public_url
    );
    mail(to, format!("Case {reference} changed hands"), council, &text)
}

/// To an officer: somebody else, such as an agency that was asked, recorded something in their case.
pub(crate) fn case_changed(to: &str, reference: &str, council: &Council) -> Mail {
    let text = format!(
        "Somebody else recorded something in case {reference}, which is yours.\n\nSee what it is: \
         {}/cases/{reference}#timeline",
        council.public_url
    );
    mail(to, format!("Case {reference} was changed"), council, &text)
}

/// To a manager: a child is in immediate danger, and nobody has the case.
pub(crate) fn nobody_in_danger(to: &str, reference: &str, council: &Council) -> Mail {
    let text = format!(
        "A flag of immediate danger was raised on case {reference}, and nobody has the case.\n\nGive it to an officer now: \
         {}/cases/{reference}/assign",
        council.public_url
    );
    mail(to, format!("Nobody has case {reference}"), council, &text)
}

/// To the officer of a closed case, or to the team if it had none: the child was too young, and is so no more.
pub(crate) fn came_of_age(to: Option<&str>, reference: &str, council: &Council) -> Mail {
    let text = format!(
        "The child of case {reference} was below compulsory school age when it was closed, and has reached it. The case is \
         open again.\n\nFind out who educates the child: {}/cases/{reference}",
        council.public_url
    );
    mail(to.unwrap_or(&council.team_email), format!("Of school age now: case {reference}"), council, &text)
}

/// To whoever has the case of a brother or sister, or to a manager: a flag was raised in the family.
pub(crate) fn flag_in_family(to: &str, reference: &str, council: &Council) -> Mail {
    let text = format!(
        "A flag was raised with the MASH in the family of a child whose case is {reference}. Think about what it means for \
         every child of the family.\n\nSee which case it is: {}/cases/{reference}",
        council.public_url
    );
    mail(to, format!("A flag in the family: {reference}"), council, &text)
}

/// To the officer of a case, or to the team while nobody has it: a school has proposed to remove a name from its roll, or
/// told of one that it removed.
pub(crate) fn school_acts_on_roll(to: Option<&str>, reference: &str, what: &'static str, council: &Council) -> Mail {
    let text = format!(
        "A school {what} in case {reference}.\n\nRead it, and see what still stands in the way: {}/cases/{reference}",
        council.public_url
    );
    mail(to.unwrap_or(&council.team_email), format!("A school’s roll: case {reference}"), council, &text)
}

/// To the school: the authority has taken its view of a proposal to remove a name. It can be read in the portal only.
pub(crate) fn removal_decided(to: &str, referral: &str, council: &Council) -> Mail {
    let text = format!(
        "We have decided on your proposal to remove a name from your roll, for referral {referral}. Until you have read \
         that it may be removed, the name stays on your roll.\n\nSign in to the portal to read what we decided, and why: \
         {}/refer/sent/{referral}",
        council.public_url
    );
    mail(to, format!("Your roll: decision on referral {referral}"), council, &text)
}

/// To the school: an officer has withdrawn its proposal to remove a name. It can be read in the portal only.
pub(crate) fn removal_withdrawn(to: &str, referral: &str, council: &Council) -> Mail {
    let text = format!(
        "We have withdrawn your proposal to remove a name from your roll, for referral {referral}. The name stays on your \
         roll.\n\nSign in to the portal to read why: {}/refer/sent/{referral}",
        council.public_url
    );
    mail(to, format!("Your roll: proposal withdrawn on referral {referral}"), council, &text)
}

/// To those who may decide: an outcome was proposed that needs a second person.
pub(crate) fn closure_proposed(to: &str, reference: &str, council: &Council) -> Mail {
    let text = format!(
        "An outcome was proposed for case {reference} that needs a second person.\n\nRead why, and agree or decline: \
         {}/cases/{reference}",
        council.public_url
    );
    mail(to, format!("Decision needed: case {reference}"), council, &text)
}

/// To the officer of a closed case: the child was referred again.
pub(crate) fn referred_again(to: &str, closed: &str, referral: &str, council: &Council) -> Mail {
    let text = format!(
        "Referral {referral} is of a child whose case {closed} you closed. Somebody has opened a new case from it.\n\nSee \
         both: {}/cases/{closed}",
        council.public_url
    );
    mail(to, format!("Referred again: case {closed}"), council, &text)
}

/// To an officer, a reader or a manager of a restricted case: somebody who is not named to it can read it for an hour.
pub(crate) fn glass_broken(to: &str, reference: &str, who: &Line, council: &Council) -> Mail {
    let text = format!(
        "{who} has broken the glass of the restricted case {reference} and can read it for up to an hour.\n\nIf you did \
         not expect this, speak to them now. A manager must review it: {}/restricted/reviews",
        council.public_url
    );
    mail(to, format!("Restricted case {reference} is being read"), council, &text)
}

/// To a manager: the open cases of a deactivated colleague are theirs now, or await an officer.
pub(crate) fn cases_handed_over(to: &str, count: usize, council: &Council) -> Mail {
    let cases = if count == 1 { "1 open case".to_owned() } else { format!("{count} open cases") };
    let text = format!(
        "A colleague can no longer sign in. {cases} of theirs were handed to you; restricted ones that you cannot read \
         await an officer.\n\nSee them, and give them on: {}/cases",
        council.public_url
    );
    mail(to, "Open cases were handed to you".to_owned(), council, &text)
}

/// To a manager: access to restricted cases by breaking the glass awaits review.
pub(crate) fn glass_unreviewed(to: &str, count: u64, council: &Council) -> Mail {
    let cases = if count == 1 { "1 reading of a restricted case awaits" } else { "Readings of restricted cases await" };
    let text = format!("{cases} review: {}/restricted/reviews", council.public_url);
    mail(to, "Readings of restricted cases await review".to_owned(), council, &text)
}

/// To an auditor: somebody was refused unusually often. Who and what can be read in the access notes only.
pub(crate) fn refused_often(to: &str, council: &Council) -> Mail {
    let text = format!(
        "Somebody who is signed in, or a program with a token, was refused many times.\n\nSee who, and what was asked \
         for: {}/audit?action=REFUSE\n\nThis is said once a day for each person or program.",
        council.public_url
    );
    mail(to, "Many refusals".to_owned(), council, &text)
}

/// To a contact: the address was approved.
pub(crate) fn contact_approved(to: &str, school: &Line, council: &Council) -> Mail {
    let text = format!(
        "Your address has been approved to refer children missing education for {school}.\n\nTo begin, go to \
         {}/refer and enter this address. We send you a link each time; there is no password.\n\nIf you did not expect \
         this, ring us.",
        council.public_url
    );
    mail(to, "Your address has been approved".to_owned(), council, &text)
}

/// To a contact: the address was suspended, and why if they may be told.
pub(crate) fn contact_suspended(to: &str, why: Option<&'static str>, council: &Council) -> Mail {
    let why = why.map(|why| format!(" {why}")).unwrap_or_default();
    let text = format!(
        "Your address can no longer be used to refer children missing education.{why}\n\nDrafts stay with your \
         school. If a child needs to be referred, or you think this is a mistake, ring us."
    );
    mail(to, "Your address can no longer be used".to_owned(), council, &text)
}

/// To a contact: whether they still work at the school, asked once a term.
pub(crate) fn contact_asked(to: &str, school: &Line, council: &Council) -> Mail {
    let text = format!(
        "Each term we ask everybody who can refer children missing education to say that they still work at their \
         school. Yours is {school}.\n\nSign in and confirm within 28 days: {}/refer\n\nIf you have left the school, \
         do nothing: the address will stop working.",
        council.public_url
    );
    mail(to, "Confirm that you still work at your school".to_owned(), council, &text)
}

/// To a contact: a reminder of that question, with the day by which to answer.
pub(crate) fn contact_reminded(to: &str, school: &Line, by: Option<chrono::NaiveDate>, council: &Council) -> Mail {
    let by = by.map(|by| format!(" before {}", by.format("%-d %B %Y"))).unwrap_or_default();
    let text = format!(
        "You have not yet confirmed that you still work at {school}.\n\nSign in and confirm{by}, or your address stops \
         working: {}/refer",
        council.public_url
    );
    mail(to, "Reminder: confirm that you still work at your school".to_owned(), council, &text)
}

/// To a contact: the address was reinstated.
pub(crate) fn contact_reinstated(to: &str, council: &Council) -> Mail {
    let text =
        format!("Your address can be used again to refer children missing education: {}/refer", council.public_url);
    mail(to, "Your address can be used again".to_owned(), council, &text)
}

/// To both addresses of a contact: the new one has replaced the old one.
pub(crate) fn contact_moved(old: &str, new: &str, council: &Council) -> Vec<Mail> {
    let text = "The address approved for referring children missing education at your school has been changed. The \
                old one stopped working at once.\n\nIf you did not ask for this, ring us at once.";
    [old, new].map(|to| mail(to, "The approved address was changed".to_owned(), council, text)).into()
}

/// To a head teacher: a proposal was decided. The decision can be read in the portal only.
pub(crate) fn proposal_decided(to: &str, council: &Council) -> Mail {
    let text = format!(
        "We have decided what you proposed about the contacts of your school.\n\nSign in to read the decision: \
         {}/refer/contacts",
        council.public_url
    );
    mail(to, "Your proposal was decided".to_owned(), council, &text)
}

/// To the team: a school has closed. Says how many contacts were suspended and how many drafts were never sent.
pub(crate) fn school_closed(school: &Line, contacts: usize, drafts: u64, council: &Council) -> Mail {
    let text = format!(
        "{school} has closed. Contacts suspended: {contacts}. Referrals begun and not sent: {drafts}.\n\nSign in to \
         see who began them: {}/contacts/closed-schools",
        council.public_url
    );
    mail(&council.team_email, "A school has closed".to_owned(), council, &text)
}

/// The link and the code in a mail by which somebody signs in or recovers their password.
pub(crate) struct SignInLink {
    /// The link.
    pub(crate) url: String,
    /// The code to enter in any other browser than the one that asked.
    pub(crate) code: String,
    /// The minutes for which both can be used.
    pub(crate) minutes: i64,
}

/// To a contact who asked to sign in: the link.
pub(crate) fn sign_in_link(to: &str, link: &SignInLink, council: &Council) -> Mail {
    let SignInLink { url, code, minutes } = link;
    let text = format!(
        "Somebody asked to sign in with the address {to}. Use this link to do so. It works once, within {minutes} \
         minutes:\n\n{url}\n\nIf you open it in another browser than the one in which you asked, enter this code \
         there: {code}\n\nNever give the code to anybody, not even to us. If you did not ask to sign in, you need do \
         nothing."
    );
    let (kind, lives) = (MailKind::SignInLink, Some(TimeDelta::minutes(*minutes)));
    Mail { kind, lives, secret: true, ..mail(to, "Your link to sign in".to_owned(), council, &text) }
}

/// To an administrator: a client was paused because its use was unusual.
pub(crate) fn client_paused(to: &str, agency: &Line, client: &Line, reason: &Line, council: &Council) -> Mail {
    let text = format!(
        "The client “{client}” of {agency} was paused: {reason}.\n\nRing the agency, then decide whether it goes on: \
         {}/agencies",
        council.public_url
    );
    mail(to, "A partner agency’s client was paused".to_owned(), council, &text)
}

/// To an administrator or the agency: a token was handed in and has been revoked.
pub(crate) fn token_leaked(to: &str, agency: &Line, client: &Line, council: &Council) -> Mail {
    let text = format!(
        "A token of the client “{client}” of {agency} was found where it should not be and was revoked at once.\n\nFind \
         out who had it and what was asked with it. The client needs a new token to go on."
    );
    mail(to, "A token was revoked".to_owned(), council, &text)
}

/// To an administrator or the agency: a token (`client` is its client's name) or an agreement ends soon.
pub(crate) fn ends_soon(to: &str, agency: &Line, client: Option<&Line>, on: NaiveDate, council: &Council) -> Mail {
    let (what, next) = match client {
        Some(client) => (format!("A token of the client “{client}” of {agency}"), "replace it before then"),
        None => (format!("An agreement with {agency}"), "make a new one before then if data are still to be shared"),
    };
    let text = format!("{what} ends on {}. To go on, {next}.", on.format("%-d %B %Y"));
    mail(to, "Access to the API ends soon".to_owned(), council, &text)
}

/// To the officer of a restricted case or the team: an agency looked up the child, and was told that the child is not
/// known.
pub(crate) fn restricted_asked(to: &str, reference: &str, agency: &Line, council: &Council) -> Mail {
    let text = format!(
        "{agency} asked by API whether a child is known to us. The child is that of case {reference}, which is \
         restricted, so the answer was that they are not known.\n\nDecide whether to ring the agency."
    );
    mail(to, format!("An agency asked about {reference}"), council, &text)
}

/// To a new member of staff: a link to choose a password. The code that it asks for must reach them by another way.
pub(crate) fn staff_invited(to: &str, url: &str, days: i64, council: &Council) -> Mail {
    let text = format!(
        "You have been given an account for children missing education casework. Choose a password to begin. The link \
         works once, within {days} days:\n\n{url}\n\nIt asks for a code. Whoever invited you tells you the code, by \
         telephone or face to face; it is never sent by email.\n\nYou will need an authenticator app on your \
         telephone. If you did not expect this, ring us."
    );
    let (kind, lives) = (MailKind::Invitation, Some(TimeDelta::days(days)));
    Mail { kind, lives, secret: true, ..mail(to, "Your account".to_owned(), council, &text) }
}

/// To a member of staff who cannot sign in: a link to choose a new password.
pub(crate) fn staff_recovery(to: &str, link: &SignInLink, council: &Council) -> Mail {
    let SignInLink { url, code, minutes } = link;
    let text = format!(
        "Use this link to choose a new password. It works once, within {minutes} minutes:\n\n{url}\n\nIf you open it \
         in another browser than the one in which you asked, enter this code there: {code}\n\nNever give the code to \
         anybody, not even to us. If you did not ask for this, you need do nothing. If it happens again, ring us."
    );
    let (kind, lives) = (MailKind::Recovery, Some(TimeDelta::minutes(*minutes)));
    Mail { kind, lives, secret: true, ..mail(to, "Choose a new password".to_owned(), council, &text) }
}

/// To an administrator: one internet address tries the passwords of many accounts. The accounts are not named.
pub(crate) fn many_passwords_tried(to: &str, origin: &str, tries: i32, at: DateTime<Utc>, council: &Council) -> Mail {
    let text = format!(
        "On {} (UTC) more than {tries} wrong passwords came from the internet address {origin} within a quarter of an \
         hour. Signing in from there is refused for now, except on devices that were used to sign in before.\n\nIf the \
         address is not one of your offices’, tell whoever looks after your network. You are told this once a day for \
         each address.",
        at.format("%-d %B %Y at %-I:%M%P"),
    );
    mail(to, "Many wrong passwords from one place".to_owned(), council, &text)
}

/// To a member of staff: a password or second factor of theirs was changed.
pub(crate) fn sign_in_changed(to: &str, what: &'static str, council: &Council) -> Mail {
    let text = format!("{what}\n\nIf you did not do this or ask for it, ring us at once.");
    mail(to, "How you sign in was changed".to_owned(), council, &text)
}

/// To a reporter who said that mail is safe: the report has arrived. Others may see their mail, so neither subject nor text
/// says what it is about, and it is the same for every report: that the MASH was alerted is told on the page.
pub(crate) fn report_received(to: &str, reference: &str, council: &Council) -> Mail {
    let Council { name, team_phone, .. } = council;
    let body = format!(
        "We have received what you sent us. Your reference is {reference}.\n\nWe do not answer by mail. If you want to \
         add something, ring us and give the reference.\n\n{name}\nTelephone {team_phone}\n"
    );
    Mail { body, ..mail(to, format!("Reference {reference}"), council, "") }
}

/// To the team: a referral awaits triage.
pub(crate) fn referral_waits(reference: &str, council: &Council) -> Mail {
    let text = format!("{reference} waits for triage: {}/triage/{reference}", council.public_url);
    mail(&council.team_email, format!("Waits for triage: {reference}"), council, &text)
}

/// To the team: a school added to a referral that it sent, or withdrew it.
pub(crate) fn school_changed_referral(reference: &str, what: &'static str, council: &Council) -> Mail {
    let text = format!("The school {what} {reference}. Read it: {}/triage/{reference}", council.public_url);
    mail(&council.team_email, format!("By the school: {reference}"), council, &text)
}

/// To the team or a manager: reports are held, and nobody has looked at them for hours.
pub(crate) fn reports_wait(to: &str, held: u64, council: &Council) -> Mail {
    let what = if held == 1 { "1 report is".to_owned() } else { format!("{held} reports are") };
    let text = format!(
        "{what} held and nobody has looked at them for hours. One may be of a child in danger whose reporter did not know \
         it: {}/triage/held",
        council.public_url
    );
    mail(to, "Reports wait to be looked at".to_owned(), council, &text)
}

/// To the team: so many reports came that some are held.
pub(crate) fn reports_held(council: &Council) -> Mail {
    let text = format!(
        "More reports than usual came in the last hour. Some are held until an officer looks at them: {}/triage/held",
        council.public_url
    );
    mail(&council.team_email, "Reports are held".to_owned(), council, &text)
}
