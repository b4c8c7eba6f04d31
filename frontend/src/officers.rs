//! Officers to whom a case can be given, as forms offer them.

use crate::documents::casework::Officer;
use crate::visit::Visit;

/// Officers to choose from: nobody first, then the person at the keyboard, then the others.
pub(crate) fn officer_options(visit: &Visit, officers: &[Officer], nobody: &str) -> Vec<(String, String)> {
    let is_me = |officer: &Officer| visit.is_me(officer.id.inner());
    let option = |officer: &Officer| {
        let text = if is_me(officer) { format!("Me ({})", officer.name) } else { officer.name.clone() };
        (officer.id.inner().to_owned(), text)
    };
    let (first, others): (Vec<_>, Vec<_>) = officers.iter().partition(|officer| is_me(officer));
    [(String::new(), nobody.to_owned())].into_iter().chain(first.into_iter().chain(others).map(option)).collect()
}
