//! What still stands in the way of removing a name: the same list for the form, the API, the officer's page and the
//! school's.
//!
//! What must not live here: what each ground asks (`grounds`), and how school days are counted (`school_days`).

use chrono::{Days, NaiveDate};
use entity::vocabulary::{JointEnquiryOutcome, RemovalDecision, RemovalLack};

use super::super::school_days::{Calendar, Count, count, days_of};
use super::grounds::{Since, of};
use super::matter::{Decision, JointEnquiry, Matter, Proposal};

/// The attendance codes that a continuous absence may consist of.
const UNAUTHORISED: [&str; 3] = ["G", "N", "O"];
/// The code of an absence whose reason is not established, which becomes another within five school days.
const NOT_ESTABLISHED: &str = "N";

/// What is known beside the proposal.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Today.
    pub today: NaiveDate,
    /// The school's calendar.
    pub calendar: &'a Calendar,
    /// Whether the council has turned on the second limb of H and I, by which a child who was found may be removed if
    /// school and authority agree. It stands in no source that we could read, so it is off unless a council says so.
    pub limb_two: bool,
    /// Whether the school found the child at the address, as its referral says.
    pub found_by_school: bool,
    /// The joint enquiry.
    pub enquiry: Option<&'a JointEnquiry>,
    /// The authority's view.
    pub decision: Option<&'a Decision>,
    /// The day of the removal that is reported; `None` before one is.
    pub removed_on: Option<NaiveDate>,
}

/// Something that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// What kind of thing.
    pub lack: RemovalLack,
    /// What exactly, as the end of a sentence that begins with "because".
    pub text: String,
}

/// The school days that the ground of a proposal counts; `None` where it counts none, or does not tell from when.
pub fn clock(proposal: &Proposal, calendar: &Calendar, today: NaiveDate) -> Option<Count> {
    let asks = of(proposal.ground);
    let (rule, since) = (asks.since.rule()?, proposal.since?);
    let first = if asks.since == Since::LeaveEnded { since + Days::new(1) } else { since };
    Some(count(calendar, rule, first, today))
}

/// Everything that stands in the way of removing the name, in the order in which people deal with it; empty when it may
/// be removed.
pub fn lacks(proposal: &Proposal, known: &Known<'_>) -> Vec<Lack> {
    let mut lacks = Vec::new();
    conditions(proposal, &mut lacks);
    days(proposal, known, &mut lacks);
    codes(proposal, &mut lacks);
    enquiry(proposal, known, &mut lacks);
    decision(proposal, known, &mut lacks);
    removal(proposal, known, &mut lacks);
    lacks
}

fn lack(lacks: &mut Vec<Lack>, lack: RemovalLack, text: impl Into<String>) {
    lacks.push(Lack { lack, text: text.into() });
}

fn written(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn conditions(proposal: &Proposal, lacks: &mut Vec<Lack>) {
    for condition in of(proposal.ground).conditions {
        if !proposal.conditions.contains(condition) {
            lack(lacks, RemovalLack::Condition, format!("it is not confirmed: “{}”", condition.label()));
        }
    }
}

fn days(proposal: &Proposal, known: &Known<'_>, lacks: &mut Vec<Lack>) {
    let asks = of(proposal.ground);
    let Some(since) = proposal.since else {
        if asks.since != Since::None {
            lack(lacks, RemovalLack::Day, format!("this day is not told: {}", asks.since.called().to_lowercase()));
        }
        return;
    };
    if asks.since == Since::NoticeDay && known.today <= since {
        lack(
            lacks,
            RemovalLack::NotYet,
            format!("the day of the parent’s notice, {}, must have passed", written(since)),
        );
    }
    let Some(count) = clock(proposal, known.calendar, known.today) else { return };
    if count.estimated {
        // A guess at a school day could take a child off the roll too early.
        lack(lacks, RemovalLack::TermDates, "the school’s term dates are not known for all of this time");
    } else if !count.passed {
        let (day, last) = (days_of(count.rule), written(count.last_day));
        lack(lacks, RemovalLack::SchoolDays, format!("the {day} school days are not over: the last is {last}"));
    }
}

fn codes(proposal: &Proposal, lacks: &mut Vec<Lack>) {
    if of(proposal.ground).since != Since::FirstAbsent {
        return;
    }
    let others: Vec<&str> =
        proposal.codes.iter().map(String::as_str).filter(|code| !UNAUTHORISED.contains(code)).collect();
    if proposal.codes.is_empty() {
        lack(lacks, RemovalLack::Codes, "the codes of the absence are not told");
    } else if !others.is_empty() {
        let others = others.join(", ");
        lack(lacks, RemovalLack::Codes, format!("code {others} breaks the absence: only G, N and O count"));
    } else if proposal.codes.iter().all(|code| code == NOT_ESTABLISHED) {
        lack(
            lacks,
            RemovalLack::Codes,
            "every session is coded N, which becomes another code within five school days, and O if no reason is found",
        );
    }
}

fn enquiry(proposal: &Proposal, known: &Known<'_>, lacks: &mut Vec<Lack>) {
    if !of(proposal.ground).joint_enquiry {
        return;
    }
    match known.enquiry {
        None => {
            lack(lacks, RemovalLack::JointEnquiry, "school and authority have not enquired together");
            // Until both have looked again, what the school said itself holds.
            if known.found_by_school && !known.limb_two {
                lack(lacks, RemovalLack::Found, "the school found the child at the address, and they stay on the roll");
            }
        }
        Some(enquiry) if enquiry.outcome == JointEnquiryOutcome::Found => {
            if !known.limb_two {
                lack(lacks, RemovalLack::Found, "the child was found, and stays on the roll");
            } else if !(enquiry.school_agrees && enquiry.authority_agrees) {
                lack(
                    lacks,
                    RemovalLack::Found,
                    "the child was found, and school and authority do not both find that there are no reasonable grounds \
                     to believe that the child will attend again",
                );
            }
        }
        Some(_) => {}
    }
}

fn decision(proposal: &Proposal, known: &Known<'_>, lacks: &mut Vec<Lack>) {
    match known.decision {
        // Only H and I ask the authority. Under every other ground a name that meets it must go: the authority's view is
        // advice to the school there, and no veto.
        Some(decision) if decision.decision == RemovalDecision::MayNot && of(proposal.ground).joint_enquiry => {
            lack(lacks, RemovalLack::Declined, format!("the authority decided against it: {}", decision.reason));
        }
        None if of(proposal.ground).joint_enquiry => {
            lack(lacks, RemovalLack::Decision, "the authority has not decided");
        }
        _ => {}
    }
}

fn removal(proposal: &Proposal, known: &Known<'_>, lacks: &mut Vec<Lack>) {
    let Some(day) = known.removed_on else { return };
    let mut wrong = |text: String| lack(lacks, RemovalLack::RemovalDay, text);
    let allowed = known.decision.and_then(|decision| decision.from);
    if day > known.today {
        wrong("the removal is reported for a day ahead".to_owned());
    }
    if let Some(entered) = proposal.entered_on.filter(|entered| day < *entered) {
        wrong(format!("the name was entered on {}, after the day of the removal", written(entered)));
    }
    if let Some(from) = allowed.filter(|from| day < *from) {
        wrong(format!("the authority allowed it from {}", written(from)));
    }
    if let Some(count) = clock(proposal, known.calendar, known.today).filter(|count| day <= count.last_day) {
        wrong(format!("the ground was met only after {}", written(count.last_day)));
    }
    let notice = proposal.since.filter(|_| of(proposal.ground).since == Since::NoticeDay);
    if let Some(since) = notice.filter(|since| day <= *since) {
        wrong(format!("the day of the parent’s notice, {}, had not passed", written(since)));
    }
    if day < proposal.proposed_on {
        let proposed = written(proposal.proposed_on);
        wrong(format!("it was proposed on {proposed}, and a name is not removed with effect from an earlier day"));
    }
}

/// Where a matter stands, in one sentence.
pub fn standing(matter: &Matter, lacks: &[Lack]) -> String {
    let letter = of(matter.proposal.ground).letter;
    if let Some(removed) = &matter.removed {
        return format!("The name was removed on {} under ground {letter}.", written(removed.removed_on));
    }
    if matter.withdrawn.is_some() {
        return "The proposal was withdrawn: the name stays on the roll.".to_owned();
    }
    if !lacks.is_empty() {
        let because: Vec<&str> = lacks.iter().map(|lack| lack.text.as_str()).collect();
        return format!("The name may not be removed yet, because {}.", because.join("; "));
    }
    if let Some(against) = matter.decision.as_ref().filter(|decision| decision.decision == RemovalDecision::MayNot) {
        let reason = &against.reason;
        return format!(
            "The name may be removed under ground {letter}, which asks for nobody’s agreement; the authority’s view speaks \
             against it: {reason}."
        );
    }
    match matter.decision.as_ref().and_then(|decision| decision.from) {
        Some(from) => format!("The name may be removed under ground {letter} from {}.", written(from)),
        None => format!("The name may be removed under ground {letter}; the deletion return comes no later than that."),
    }
}

#[cfg(test)]
mod tests;
