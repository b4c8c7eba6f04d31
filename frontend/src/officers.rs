//! The officers to whom a case can be given, as options of a form.

use crate::documents::casework::Officer;
use crate::visit::Visit;

/// The options, each a value and a text: first `nobody` with an empty value, then the person who is signed in, then the
/// others.
pub(crate) fn officer_options(visit: &Visit, officers: &[Officer], nobody: &str) -> Vec<(String, String)> {
    let is_me = |officer: &Officer| visit.is_me(officer.id.inner());
    let option = |officer: &Officer| {
        let text = if is_me(officer) { format!("Me ({})", officer.name) } else { officer.name.clone() };
        (officer.id.inner().to_owned(), text)
    };
    let (first, others): (Vec<_>, Vec<_>) = officers.iter().partition(|officer| is_me(officer));
    [(String::new(), nobody.to_owned())].into_iter().chain(first.into_iter().chain(others).map(option)).collect()
}
