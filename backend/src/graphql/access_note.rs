//! Access notes, for auditors: who was shown what, what was disclosed to which agency, and whether the chain of events
//! is intact. Reading access notes is noted too. What must not live here: anything of a case but its reference.

use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::vocabulary::{AccessAction, RefusalKind};

use super::guarded::op;
use super::input::{Date, shown};
use super::page::PageInfo;
use crate::context::OpContext;
use crate::domain::policy::reads_access_notes;
use crate::error::Error;
use crate::export::csv;
use crate::service;
use crate::store;
use crate::store::access_note::{Filter, NamedNote};
use crate::store::event::Verdict;
use crate::store::page::{Page, Wanted};

/// The most notes in one part of a file, and the most in the answer to who saw a child.
const PART: u64 = 2_000;
const MOST_OF_CHILD: u64 = 2_000;

#[derive(Default)]
pub(super) struct AccessNoteQuery;

/// One access: who was shown what, or was refused it.
#[derive(Description)]
pub(super) struct AccessNote(pub(super) NamedNote);

#[Object(use_type_description)]
impl AccessNote {
    async fn id(&self) -> ID {
        shown(self.0.note.id)
    }

    /// When the answer that showed it, or refused it, left.
    async fn at(&self) -> DateTime<Utc> {
        self.0.note.noted_at
    }

    /// Who, by name: a member of staff, a school contact, a partner agency.
    async fn viewer(&self) -> &str {
        &self.0.who
    }

    /// What was done.
    async fn action(&self) -> AccessAction {
        self.0.note.action
    }

    /// What, by reference.
    async fn subject(&self) -> &str {
        &self.0.what
    }

    /// The guarded fields that were shown, as the API spells them; empty when none was.
    async fn fields(&self) -> Vec<&str> {
        fields(&self.0)
    }

    /// For what, in the words of whoever asked; null when nobody was asked to say.
    async fn purpose(&self) -> Option<&str> {
        self.0.note.purpose.as_deref()
    }

    /// What was searched for or exported, or asked for and refused; null when there is nothing to add.
    async fn detail(&self) -> Option<&str> {
        self.0.note.detail.as_deref()
    }

    /// Why it was refused; null when it was not.
    async fn refusal(&self) -> Option<RefusalKind> {
        self.0.note.refusal
    }

    /// How often: refusals past a limit are counted in one note an hour.
    async fn times(&self) -> i32 {
        self.0.note.times
    }

    /// The IP address that it was asked from.
    async fn address(&self) -> &str {
        &self.0.note.address
    }
}

fn fields(told: &NamedNote) -> Vec<&str> {
    told.note.fields.split(',').filter(|field| !field.is_empty()).collect()
}

/// What a list of access notes is narrowed to.
#[derive(InputObject, Clone)]
struct AccessNoteFilter {
    /// Only notes of this day or later, in London's time.
    from: Option<Date>,
    /// Only notes of this day or earlier, in London's time.
    to: Option<Date>,
    /// Part of the name of a member of staff, a school contact or an agency.
    viewer: Option<String>,
    /// Only notes that say this was done.
    action: Option<AccessAction>,
    /// The reference of a case, with its child and referrals, or of a referral.
    reference: Option<String>,
    /// The name of a partner agency.
    agency: Option<String>,
}

impl AccessNoteFilter {
    fn parse(self) -> Filter {
        let Self { from, to, viewer, action, reference, agency } = self;
        // A blank text is part of every viewer's name, but is no reference and no agency.
        let viewer = viewer.filter(|text| !text.trim().is_empty());
        Filter { from: from.map(|day| day.0), to: to.map(|day| day.0), viewer, action, reference, agency }
    }
}

/// A page of access notes.
#[derive(Description)]
pub(super) struct AccessNoteConnection(Page<NamedNote>);

#[Object(use_type_description)]
impl AccessNoteConnection {
    async fn nodes(&self) -> Vec<AccessNote> {
        self.0.nodes.iter().cloned().map(AccessNote).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |told| told.note.id.0)
    }
}

/// Who saw a child and the records of one case of theirs.
#[derive(SimpleObject)]
struct ChildAccess {
    /// The case's reference.
    reference: String,
    /// Every access, newest first: at most 2,000.
    notes: Vec<AccessNote>,
    /// What was handed to which agency, newest first.
    disclosures: Vec<AccessNote>,
    /// Whether there are more than are listed.
    more: bool,
}

/// A part of a file of access notes, as comma-separated values.
#[derive(SimpleObject)]
struct AccessNoteExport {
    /// The first part begins with a byte order mark and the names of the columns. The parts one after another are the
    /// file.
    csv: String,
    /// How many notes are in this part.
    rows: i32,
    /// Where the next part begins; null if this is the last.
    next: Option<String>,
}

/// Whether every fact is still as it was stored.
#[derive(SimpleObject)]
struct ChainVerdict {
    /// Whether all of them hold.
    sound: bool,
    /// How many facts were looked at, if all of them hold.
    events: Option<u64>,
    /// In how many streams.
    streams: Option<u64>,
    /// The head of the journal, if all of them hold and some were sealed: kept elsewhere, it shows later that nothing
    /// before it was taken away.
    head: Option<String>,
    /// What does not hold, and where.
    fault: Option<String>,
}

fn auditor<'a>(ctx: &Context<'a>) -> Result<&'a OpContext, Error> {
    let op = op(ctx);
    op.require(reads_access_notes(&op.viewer))?;
    Ok(op)
}

/// The filter in words, for the note of the search itself.
fn detail(filter: &Filter) -> String {
    let Filter { from, to, viewer, action, reference, agency } = filter;
    let parts = [
        from.map(|day| format!("from {day}")),
        to.map(|day| format!("to {day}")),
        viewer.as_ref().map(|viewer| format!("person {viewer}")),
        action.map(|action| format!("action {}", action.label())),
        reference.as_ref().map(|reference| format!("reference {reference}")),
        agency.as_ref().map(|agency| format!("agency {agency}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[Object]
impl AccessNoteQuery {
    /// Access notes, newest first, a page at a time. For auditors; reading them is noted too.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn access_notes(
        &self,
        ctx: &Context<'_>,
        filter: Option<AccessNoteFilter>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<AccessNoteConnection, Error> {
        let op = auditor(ctx)?;
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        let filter = filter.map(AccessNoteFilter::parse).unwrap_or_default();
        op.saw(AccessAction::Show, "access_notes", None);
        op.looks_for(detail(&filter));
        Ok(AccessNoteConnection(store::access_note::list(op, &filter, &wanted).await?))
    }

    /// Who saw the child of a case; null when there is no such case. For auditors.
    #[graphql(complexity = "100 * child_complexity")]
    async fn child_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reference of a case of the child.")] reference: String,
    ) -> Result<Option<ChildAccess>, Error> {
        let op = auditor(ctx)?;
        op.saw(AccessAction::Show, "access_notes", None);
        op.looks_for(format!("who saw the child of {}", reference.trim()));
        let Some(subjects) = store::access_note::subjects_of(op, &reference).await? else { return Ok(None) };
        let mut told = store::access_note::of_subjects(op, &subjects, MOST_OF_CHILD + 1).await?;
        let more = told.len() as u64 > MOST_OF_CHILD;
        told.truncate(usize::try_from(MOST_OF_CHILD).unwrap_or(usize::MAX));
        let handed = told.iter().filter(|told| told.note.action == AccessAction::Disclose).cloned();
        Ok(Some(ChildAccess {
            reference: reference.trim().to_uppercase(),
            disclosures: handed.map(AccessNote).collect(),
            notes: told.into_iter().map(AccessNote).collect(),
            more,
        }))
    }

    /// Walks every fact and says whether all are still as they were stored. For auditors.
    #[graphql(complexity = "1000")]
    async fn chain_verdict(&self, ctx: &Context<'_>) -> Result<ChainVerdict, Error> {
        let op = auditor(ctx)?;
        op.saw(AccessAction::Show, "chain", None);
        let verdict = service::verify::whole(&op.db, op.sealing()).await?;
        let fault = verdict.fault();
        Ok(match verdict {
            Verdict::Sound { events, streams, head, .. } => ChainVerdict {
                sound: true,
                events: Some(events),
                streams: Some(streams),
                head: head.map(|head| head.to_string()),
                fault,
            },
            _ => ChainVerdict { sound: false, events: None, streams: None, head: None, fault },
        })
    }

    /// A part of a file of access notes, newest first: the first, or the one that begins at `after`. Each part is noted
    /// before it leaves. One person has one file made at a time. For auditors.
    #[graphql(complexity = "2000")]
    async fn access_note_export(
        &self,
        ctx: &Context<'_>,
        filter: Option<AccessNoteFilter>,
        #[graphql(desc = "What `next` said in the part before.")] after: Option<String>,
    ) -> Result<AccessNoteExport, Error> {
        let op = auditor(ctx)?;
        let filter = filter.map(AccessNoteFilter::parse).unwrap_or_default();
        let after = match after {
            Some(after) => Some(after.parse().map_err(|_| Error::invalid("after", "This is not where a part begins"))?),
            None => None,
        };
        let aside = op.exporting()?;
        op.saw(AccessAction::Export, "access_notes", None);
        op.looks_for(detail(&filter));
        let told = store::access_note::part(&aside, &filter, after, PART).await?;
        let is_last = (told.len() as u64) < PART;
        let next = told.last().filter(|_| !is_last).map(|told| told.note.id.to_string());
        let rows = i32::try_from(told.len()).unwrap_or(i32::MAX);
        let head = if after.is_none() { head() } else { String::new() };
        Ok(AccessNoteExport { csv: head + &lines(&told), rows, next })
    }
}

/// The action in words: for a refusal the reason, and the number if it was counted.
fn action(note: &entity::access_note::Model) -> String {
    let why = note.refusal.map(|why| format!(": {}", why.label())).unwrap_or_default();
    let often = if note.times > 1 { format!(" ({} times)", note.times) } else { String::new() };
    format!("{}{why}{often}", note.action.label())
}

/// The beginning of a file that a spreadsheet opens.
fn head() -> String {
    let names = ["When", "Who", "Action", "What", "Fields", "Purpose", "Detail", "Address"].map(str::to_owned);
    format!("{}{}", csv::BOM, csv::line(&names))
}

/// One line of the file for each note.
fn lines(told: &[NamedNote]) -> String {
    let rows = told.iter().map(|told| {
        let note = &told.note;
        [
            note.noted_at.to_rfc3339(),
            told.who.clone(),
            action(note),
            told.what.clone(),
            fields(told).join(" "),
            note.purpose.clone().unwrap_or_default(),
            note.detail.clone().unwrap_or_default(),
            note.address.clone(),
        ]
    });
    rows.map(|cells| csv::line(&cells)).collect()
}
