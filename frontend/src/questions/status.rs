//! Whether a child is missing education, and why: the reasons of a status are asked for once it is chosen, and no
//! others.
//!
//! What must not live here: what a status means for the case, which the API decides.

use futures_util::FutureExt as _;

use crate::api::Refusal;
use crate::documents::changes::Asked;
use crate::prelude::*;
use crate::vocabulary::{StatusGround, StatutoryStatus};

const STATUS: &str = "statutoryStatus";
/// The field of the API; on a form each status has its own.
const GROUND: &str = "statusGround";

/// The status that a reason goes with. The API decides by its own table, with which a story compares the forms.
fn status_of(ground: StatusGround) -> StatutoryStatus {
    use StatusGround as G;
    match ground {
        G::DeletedFromRoll
        | G::NoRollKnown
        | G::ApplicationAwaited
        | G::OfferedNotAttended
        | G::NewToArea
        | G::HomeEducationUnsuitable
        | G::PlanNamesNoSchool
        | G::Excluded
        | G::PlacementBroken => StatutoryStatus::Cme,
        G::OnRoll | G::AttendsSchool => StatutoryStatus::NotCmeOnRoll,
        G::HomeEducation | G::ProvisionSuitable => StatutoryStatus::NotCmeSuitableEducation,
        G::BelowAge | G::OverAge => StatutoryStatus::NotCmeOutsideAge,
        G::ChecksUnderWay => StatutoryStatus::Undecided,
    }
}

fn grounds_of(status: StatutoryStatus) -> Vec<StatusGround> {
    StatusGround::ALL.iter().copied().filter(|ground| status_of(*ground) == status).collect()
}

/// The field in which the reason for a status is asked.
fn field_of(status: StatutoryStatus) -> String {
    format!("{GROUND}.{}", status.code())
}

/// The question, with the reasons beneath each status. A status of one reason asks no further.
pub(crate) fn asked(ask: Ask<'_>, legend: &str, hint: Option<&str>) -> AnyView {
    let field = ask.radios(STATUS, legend).bold();
    let field = match hint {
        Some(hint) => field.hint(hint),
        None => field,
    };
    let field = field.words::<StatutoryStatus>();
    let field = StatutoryStatus::ALL.iter().fold(field, |field, status| {
        let grounds = grounds_of(*status);
        if grounds.len() < 2 {
            return field;
        }
        let why = ask.radios(&field_of(*status), "What is the reason for this status?");
        let why = if *status == StatutoryStatus::Cme {
            why.hint("A child whose parents have applied for a school place is missing education until the first day attended, whichever team works the case.")
        } else {
            why
        };
        field.reveals(status.code(), why.words_of(grounds))
    });
    field.view()
}

/// The status that was chosen.
pub(crate) fn status(form: &Form) -> Option<StatutoryStatus> {
    StatutoryStatus::parse(form.get(STATUS))
}

/// The reason that was chosen for the status that was chosen; what was chosen for another is left out.
pub(crate) fn ground(form: &Form) -> Option<StatusGround> {
    let status = status(form)?;
    match grounds_of(status)[..] {
        [only] => Some(only),
        _ => StatusGround::parse(form.get(&field_of(status))).filter(|ground| status_of(*ground) == status),
    }
}

/// The field in which the reason was to be chosen; the status itself while that is not chosen.
pub(crate) fn field(form: &Form) -> String {
    status(form).map_or_else(|| STATUS.to_owned(), field_of)
}

/// The same request, whose fault with the reason stands at the field in which it was to be chosen.
pub(crate) fn told_at<T: 'static>(form: &Form, asked: Asked<T>) -> Asked<T> {
    let field = field(form);
    let place = move |refusal| match refusal {
        Refusal::Invalid(faults) => {
            let several = faults.iter().any(|(field, _)| field == STATUS);
            let told = faults.iter().filter(|(name, _)| !(several && field == STATUS && *name == GROUND));
            let told = told.map(|(name, message)| {
                let name = if name == GROUND { field.as_str() } else { name };
                (name.to_owned(), message.to_owned())
            });
            Refusal::Invalid(told.collect())
        }
        refusal => refusal,
    };
    asked.map(|answer| answer.map_err(place)).boxed()
}
