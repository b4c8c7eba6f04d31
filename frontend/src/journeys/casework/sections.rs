//! The sections of a case's page: child, school, enquiries, placements, referrals.

use super::act::{Act, home, is_offered};
use super::{answers, child, placing, roll};
use crate::documents::casework::{Case, Child, Enquiry, LastSchool, ReferralRow, WholeChild};
use crate::documents::form_of;
use crate::parts::absence::{age, found_tag, pupil_number, school_days, year_group};
use crate::parts::case::risk_badge;
use crate::parts::family::siblings;
use crate::prelude::*;
use crate::questions::answers::added;
use crate::visit::Visit;
use crate::vocabulary::{Answer, ReferralState, RiskReason, UpnAbsence};
use crate::when::{date, day_and_time};

/// What is known of the child, and what a referral tells otherwise.
pub(super) fn child(case: &Case) -> AnyView {
    let WholeChild { child, upn_former_authority, formerly } = &case.child;
    let upn: Content = match &child.upn {
        Some(upn) => pupil_number(upn, upn_former_authority.as_deref()),
        None => child.upn_absence.map(no_upn).into(),
    };
    let postcode: Content = match &child.postcode {
        None if child.address_confidential == Some(true) => "Not shown to you".into(),
        postcode => postcode.clone().into(),
    };
    let list = SummaryList::new()
        .row("First names", child.given_names.clone())
        .row("Last name", child.family_name.clone())
        .row("Date of birth", child.date_of_birth.map(date))
        .row(
            "Year group",
            year_group(child.year_group.as_deref(), case.out_of_cohort.as_ref())
                .unwrap_or_else(|| None::<String>.into()),
        )
        .row("Compulsory school age", age(case.age.as_ref()))
        .row("Sex", child.sex.map(Word::label))
        .row("Unique pupil number (UPN)", upn)
        .row("NHS number", child.nhs_number.clone())
        .row("Last known address", address(child))
        .row("Postcode", postcode);
    let list = formerly.iter().flatten().fold(list, |list, former| {
        let label = format!("{}, until {}", former.fact.label(), date(former.until));
        list.row(label, typed(former.value.as_str()))
    });
    view! { {h2("Child")} {list} {otherwise(case)} {parents(case)} }.into_any()
}

/// The parents and carers, by who told of them; nothing if nobody did.
fn parents(case: &Case) -> Option<AnyView> {
    let known = case.parents.as_deref().unwrap_or_default();
    if known.is_empty() {
        return None;
    }
    let columns = ["Name", "Telephone", "Email", "May be contacted", "By", "On"];
    let table = Table::new("Parents and carers").scrolls().columns(columns);
    let table = known.iter().fold(table, |table, one| {
        let name = match &one.relationship {
            Some(relationship) => format!("{} ({relationship})", one.name),
            None => one.name.clone(),
        };
        let on = match one.until {
            Some(until) => format!("{}, held until {}", date(one.on), date(until)),
            None => date(one.on),
        };
        table.row([
            typed(name).into(),
            one.phone.clone().unwrap_or_else(|| "None known".to_owned()).into(),
            one.email.clone().unwrap_or_default().into(),
            one.may_contact.map_or("Not said", Word::label).into(),
            typed(one.by.as_str()).into(),
            on.into(),
        ])
    });
    Some(table.view())
}

/// Why there is no number; a number that was issued or may have been is not said to be none.
fn no_upn(why: UpnAbsence) -> String {
    match why {
        UpnAbsence::NeverInStateSchool | UpnAbsence::NewToCountry => format!("None: {}", why.label()),
        UpnAbsence::NotToHand | UpnAbsence::NotKnown => why.label().to_owned(),
    }
}

/// The address, and that it is kept confidential.
fn address(child: &Child) -> Content {
    if child.address_confidential != Some(true) {
        return child.address.clone().unwrap_or_default().into();
    }
    let shown = child
        .address
        .clone()
        .map_or_else(|| paragraph("Not shown to you: ask the officer of the case or a manager"), paragraph);
    view! { {tag("Kept confidential", Colour::Purple)} {shown} }.into_any().into()
}

/// What a referral tells of the child otherwise than it is on file; nothing where they agree.
fn otherwise(case: &Case) -> Option<AnyView> {
    let told = case.told_otherwise.as_deref().unwrap_or_default();
    if told.is_empty() {
        return None;
    }
    let table = Table::new("Told otherwise").scrolls().columns(["What", "Told", "By", "On"]);
    let table = told.iter().fold(table, |table, told| {
        table.row([
            told.called.clone().into(),
            typed(told.value.as_str()).into(),
            told.by.clone().into(),
            date(told.on).into(),
        ])
    });
    let correct = is_offered(&child::CORRECT, case).then(|| {
        let link = link(child::CORRECT.href(&home(&case.reference), ""), "Choose what holds");
        view! { <p class="govuk-body">{link}</p> }
    });
    Some(view! { {table.view()} {correct} }.into_any())
}

/// The brothers and sisters who are known; nothing if nobody is.
pub(super) fn family(case: &Case) -> Option<AnyView> {
    let known = siblings(case.siblings.as_deref().unwrap_or_default(), "/triage")?;
    Some(view! { {h2("Brothers and sisters")} {known} }.into_any())
}

/// The school the child was last at, and when.
pub(super) fn school(case: &Case) -> AnyView {
    let seen = SummaryList::new()
        .row("Last at school", case.last_attended_on.map(date))
        .row("Last seen by anybody", case.last_seen_on.map(date));
    let list = match &case.school {
        Some(school) => reach(school, seen),
        None => seen.row("School", "None known"),
    };
    let told = case.sightings.as_deref().unwrap_or_default();
    let table =
        Table::new("Seen and at school").quiet().scrolls().columns(["What", "On", "Where and by whom", "Told by"]);
    let table = told.iter().fold(table, |table, one| {
        let struck = one.struck.clone().map(|why| view! { {tag("Struck out", Colour::Grey)} {typed(why)} });
        table.row([
            view! { {one.kind.label()} " " {struck} }.into_any().into(),
            date(one.on).into(),
            one.account.clone().into(),
            one.source.clone().into(),
        ])
    });
    let table = (!table.is_empty()).then(|| view! { {h2("Seen and at school")} {table.view()} });
    view! { {h2("Last school")} {list} {table} }.into_any()
}

fn reach(school: &LastSchool, list: SummaryList) -> SummaryList {
    let address = [Some(school.address.clone()), school.postcode.clone()];
    let address: Vec<String> = address.into_iter().flatten().filter(|line| !line.is_empty()).collect();
    list.row("School", format!("{} (URN {})", school.name, school.urn))
        .row("Address", address.join(", "))
        .row("Telephone", school.phone.clone())
        .row("Headteacher", school.head_teacher.clone())
}

/// The tracing enquiries.
pub(super) fn enquiries(case: &Case) -> AnyView {
    let enquiries = case.enquiries.as_deref().unwrap_or_default();
    let acts = [(answers::ENQUIRY, "Record answer"), (answers::WITHDRAW, "Withdraw")];
    let acts = acts.map(|(act, words)| is_offered(&act, case).then_some((act, words)));
    let table = Table::new("Tracing enquiries").quiet().scrolls();
    let table = table.columns(["Enquiry", "Asked of", "Asked on", "Answer due", "Answer"]);
    let table = enquiries.iter().fold(table, |table, enquiry| {
        let to = |(act, words): &(Act, &'static str)| (act.href(&home(&case.reference), enquiry.id.inner()), *words);
        table.row(enquiry_row(enquiry, acts.iter().flatten().map(to).collect()))
    });
    let content = if table.is_empty() { paragraph("No enquiries recorded.") } else { table.view() };
    view! { {h2("Tracing enquiries")} {content} }.into_any()
}

fn enquiry_row(enquiry: &Enquiry, acts: Vec<(String, &'static str)>) -> [Content; 5] {
    let asked_of = match &enquiry.agency {
        Some(agency) => format!("{} ({agency})", enquiry.asked_of),
        None => enquiry.asked_of.clone(),
    };
    let overdue = enquiry.overdue.then(|| tag("Overdue", Colour::Red));
    let answer = match enquiry.answered_on {
        Some(on) => {
            let finding = enquiry.finding.map_or("Answered", |finding| finding.label());
            let text = enquiry.answer.clone().map(typed);
            view! { {paragraph(format!("{finding}, {}", date(on)))} {text} }.into_any()
        }
        None if acts.is_empty() => tag("Waiting", Colour::Yellow),
        None => {
            let link = |(href, words): (String, &'static str)| {
                view! { <p class="govuk-body">{link_hidden(href, words, format!("to {}", enquiry.kind.label()))}</p> }
            };
            acts.into_iter().map(link).collect::<Vec<_>>().into_any()
        }
    };
    let returned = enquiry.returned_on.map(|on| {
        let words = format!("Came back to us on {}: the agreement with the agency had ended.", date(on));
        view! { {tag("Ask again", Colour::Orange)} {paragraph(words)} }
    });
    let gateway = enquiry.gateway.as_ref().map(|law| paragraph(format!("Asked under: {law}")));
    let note = (!enquiry.note.is_empty()).then(|| details("What was asked", typed(enquiry.note.as_str())));
    [
        enquiry.kind.label().into(),
        view! { {asked_of} {gateway} {returned} {note} }.into_any().into(),
        date(enquiry.asked_on).into(),
        view! { {date(enquiry.due_on)} " " {overdue} }.into_any().into(),
        answer.into(),
    ]
}

/// The placements: offered, attended or ended, and what can be said of each.
pub(super) fn placements(case: &Case) -> AnyView {
    let placements = case.placements.as_deref().unwrap_or_default();
    let may_change = is_offered(&placing::END, case);
    let table = Table::new("Placements").quiet().scrolls().columns([
        "Kind of education",
        "School or provider",
        "Starts",
        "First day attended",
        "What can be said of it",
    ]);
    let table = placements.iter().fold(table, |table, placement| {
        let provider = match &placement.school {
            Some(school) => format!("{} (URN {})", placement.provider, school.urn),
            None => placement.provider.clone(),
        };
        let attended: Content = match (placement.attended_on, placement.ended_on) {
            (Some(on), _) => match (placement.return_due_on, placement.returned_on) {
                (Some(due), _) => format!("{}. Return due {}", date(on), date(due)).into(),
                (None, Some(came)) => format!("{}. Returned {}", date(on), date(came)).into(),
                (None, None) => date(on).into(),
            },
            (None, Some(_)) => "Never".into(),
            (None, None) => tag("Not confirmed", Colour::Yellow).into(),
        };
        let at = |act: &Act| act.href(&home(&case.reference), placement.id.inner());
        let about = format!("at {}", placement.provider);
        // A school owes its return for a child whose case is closed too.
        let owed = placement.return_due_on.filter(|_| is_offered(&roll::NEW_PUPIL, case)).map(|_| {
            let link = link_hidden(at(&roll::NEW_PUPIL), "Record the new-pupil return", about.clone());
            view! { <p class="govuk-body">{link}</p> }
        });
        let said: Content = match placement.ended_on {
            Some(on) => format!("Ended {}", date(on)).into(),
            None if may_change => {
                let confirm = placement.attended_on.is_none().then(|| {
                    let link = link_hidden(at(&placing::ATTENDANCE), "Confirm attendance", about.clone());
                    view! { <p class="govuk-body">{link}</p> }
                });
                view! { {confirm} {owed} {link_hidden(at(&placing::END), "End it", about)} }.into_any().into()
            }
            None if owed.is_some() => view! { {owed} }.into_any().into(),
            None => "Nothing by you".into(),
        };
        table.row([placement.kind.label().into(), provider.into(), date(placement.starts_on).into(), attended, said])
    });
    let content = if table.is_empty() { paragraph("No placements recorded.") } else { table.view() };
    view! { {h2("Placements")} {content} }.into_any()
}

/// How urgent a referral is, and that a call to 999 is not confirmed; or that it is not for this person.
fn referral_risk(referral: &ReferralRow) -> Content {
    let Some(risk) = referral.risk else { return "Not shown to you".into() };
    let reasons = bullets(referral.risk_reasons.iter().flatten().map(|reason| reason.label()));
    view! { {risk_badge(risk)} {reasons} }.into_any().into()
}

/// That a referral says that it is not safe to visit the home.
pub(super) fn unsafe_home(case: &Case) -> Option<AnyView> {
    let reasons = case.referrals.iter().flatten().flat_map(|referral| referral.risk_reasons.iter().flatten());
    let said = reasons.into_iter().any(|reason| [RiskReason::HomeUnsafe, RiskReason::HonourAbuse].contains(reason));
    said.then(|| {
        warning_text("A referral says that it is not safe to visit the home. Agree any visit with social care or the police first.")
    })
}

fn lacks_call(referral: &ReferralRow) -> bool {
    referral.risk_reasons.iter().flatten().any(|reason| *reason == RiskReason::CallNotConfirmed)
}

/// That a referral told of danger and nobody confirmed the call to 999.
pub(super) fn unconfirmed_call(case: &Case) -> Option<AnyView> {
    let lacks = case.referrals.iter().flatten().any(lacks_call);
    lacks.then(|| warning_text("Not confirmed that 999 was called: ring the police before anything else."))
}

/// The referrals that opened or joined the case.
pub(super) fn referrals(visit: &Visit, case: &Case) -> AnyView {
    let referrals = case.referrals.as_deref().unwrap_or_default();
    // A flag leads the MASH's own people here, but referrals are not theirs to see.
    let may_see = visit.may().read_referrals;
    let may_detach = is_offered(&answers::DETACH, case);
    let table = Table::new("Referrals").quiet().scrolls().columns([
        "Referral",
        "From",
        "Risk",
        "Received",
        "What became of it",
    ]);
    let table = referrals.iter().fold(table, |table, referral| {
        let reference = referral.reference.clone();
        let detach = (may_see && may_detach && referral.state == ReferralState::Joined).then(|| {
            let href = answers::DETACH.href(&home(&case.reference), &reference);
            view! { <br/> {link_hidden(href, "Take out", reference.clone())} }
        });
        let from = referral.school.as_ref().map(|school| school.name.clone());
        let from: Vec<String> = from.into_iter().chain(referral.sent_by.clone()).collect();
        table.row([
            if may_see { link(format!("/triage/{reference}"), reference).into() } else { reference.into() },
            if from.is_empty() { "Not a school".into() } else { from.join(", ").into() },
            referral_risk(referral),
            day_and_time(referral.received_at).into(),
            view! { {referral.state.label()} {detach} }.into_any().into(),
        ])
    });
    let content = if table.is_empty() { paragraph("No referrals to show.") } else { table.view() };
    let safely = referrals.iter().filter_map(reach_safely).collect_view();
    let to_ask = referrals.iter().filter_map(to_ask).collect_view();
    let additions = referrals.iter().filter_map(|referral| {
        added(format!("Added to {} by the school", referral.reference), referral.additions.as_deref()?)
    });
    let additions = additions.collect_view();
    let days: Vec<AnyView> =
        referrals.iter().filter_map(|referral| referral.school_days.as_ref()).map(school_days).collect();
    let days = (!days.is_empty()).then(|| view! { {h2("School days of absence")} {days} });
    view! { {h2("Referrals")} {content} {safely} {to_ask} {additions} {days} }.into_any()
}

/// That the school found the child at the address, by one of the referrals; nothing if none says so.
pub(super) fn found_at_address(case: &Case) -> Option<AnyView> {
    let found = case.referrals.iter().flatten().any(|referral| referral.found_at_address == Some(true));
    found_tag(found)
        .map(|tag| view! { <p class="govuk-body">{tag} " The school found the child there."</p> }.into_any())
}

/// What is still to be asked of whoever sent a referral; nothing where nothing lacks.
fn to_ask(referral: &ReferralRow) -> Option<AnyView> {
    let lacks = referral.to_ask.as_deref().filter(|lacks| !lacks.is_empty())?;
    let (reference, reasons) = (&referral.reference, lacks.iter().map(|lack| lack.message.clone()));
    let list = SummaryList::new().card(format!("To be asked for about {reference}"));
    Some(list.row("Lacking or not readable", paragraphs(reasons)).view())
}

/// How it is safe to reach whoever sent a referral, and whether the family knows; nothing where neither was said.
fn reach_safely(referral: &ReferralRow) -> Option<AnyView> {
    let answers = form_of(referral.answers.as_deref()?);
    let knows = answers.some("familyKnows").and_then(|code| Answer::parse(&code)).map(Word::label);
    let safely = answers.some("reachSafely");
    if knows.is_none() && safely.is_none() {
        return None;
    }
    let list = SummaryList::new()
        .card(format!("Before you call or write to anybody about {}", referral.reference))
        .row("The family knows of it", knows)
        .row(
            "How and when it is safe to contact them",
            safely.map_or_else(|| "Not provided".into(), |text| Content::from(typed(text))),
        );
    Some(list.view())
}
