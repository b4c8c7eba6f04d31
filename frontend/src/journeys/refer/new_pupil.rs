//! The new-pupil return of a school, for a child who was placed there: the list on the school's home page, and the form.
//! Whether the school ever referred the child makes no difference.

use cynic::{Id, QueryBuilder as _};
use futures_util::FutureExt as _;

use crate::acts::{Act, Next, Place, Subject};
use crate::api::Refusal;
use crate::documents::changes;
use crate::documents::inputs::SendNewPupilReturnInput;
use crate::documents::roll::{NewPupil, NewPupils};
use crate::prelude::*;
use crate::questions::roll;
use crate::visit::Visit;
use crate::when::date;
use crate::words;

/// What a school contact can do about a new pupil.
pub(super) static ACTS: [Act<NewPupil>; 1] = [RETURN];

const RETURN: Act<NewPupil> = Act {
    title: "Say that the new pupil was returned",
    questions: |pupil, ask| view! { {inset(paragraph(owed(pupil)))} {roll::new_pupil(ask)} }.into_any(),
    send: |api, to, form| {
        let (on, exempt) = roll::new_pupil_of(form);
        let asked =
            changes::send_new_pupil_return(api, SendNewPupilReturnInput { new_pupil: Id::new(to.id), on, exempt });
        asked.map(|answer| answer.map(|_| Next::Go(HOME.to_owned(), "New-pupil return noted"))).boxed()
    },
    ..Act::PLAIN
};

const HOME: &str = "/refer";

impl Subject for NewPupil {
    const ROUTE: &'static str = "/refer/new-pupils/{id}";

    type Rights = ();
    type State = ();
    type Shown<'a> = &'a Self;

    async fn load(visit: &Visit, _: &Act<Self>, Place { id, .. }: Place) -> Result<Self, Refusal> {
        let owed = visit.api.run(NewPupils::build(())).await?.new_pupils;
        owed.into_iter().find(|pupil| pupil.id.inner() == id).ok_or(Refusal::NotFound)
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        HOME.to_owned()
    }

    fn head(&self, title: &'static str) -> AnyView {
        h1_captioned(name(self), title)
    }
}

fn name(pupil: &NewPupil) -> String {
    words::name(Some(&pupil.given_names), Some(&pupil.family_name))
}

fn owed(pupil: &NewPupil) -> String {
    let due = pupil.due_on.map(|due| format!(" The new-pupil return is due by the end of {}.", date(due)));
    format!("The child first attended your school on {}.{}", date(pupil.attended_on), due.unwrap_or_default())
}

/// The section of the school's home page; nothing where no return is owed.
pub(super) fn section(pupils: &[NewPupil]) -> Option<AnyView> {
    if pupils.is_empty() {
        return None;
    }
    let table = Table::new("New pupils for whom the return is due").quiet().scrolls().columns([
        "Child",
        "First day attended",
        "Return due by the end of",
    ]);
    let table = pupils.iter().fold(table, |table, pupil| {
        let way = link_hidden(format!("/refer/new-pupils/{}", pupil.id.inner()), RETURN.title, name(pupil));
        let due = pupil.due_on.map(date).unwrap_or_default();
        // Beside the name, because a narrow screen shows the first columns alone.
        let child = view! { {name(pupil)} <br/> {way} }.into_any();
        table.row([child.into(), date(pupil.attended_on).into(), due.into()])
    });
    Some(view! { {h2("New pupils")} {table} }.into_any())
}
