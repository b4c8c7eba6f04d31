//! How the words of a name are looked up in a table of keys, at a cost that does not grow with the table.
//!
//! The owners of a rare beginning are few and are named in the statement that lists them. A common one is met by so many
//! rows that a list finds enough of them in its own order, one look-up for each row it passes.
//!
//! What must not live here: what is typed (`domain::search`), and which rows exist for a viewer (the module of each
//! noun).

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, TryGetable};
use uuid::Uuid;

use super::{filled, nothing};
use crate::context::OpContext;
use crate::domain::reference::PartOfReference;
use crate::domain::search::Name;
use crate::error::Error;

/// The most owners that are named in a statement.
pub(super) const FEW: u64 = 500;

/// A table of keys, and the column of their owner.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    /// The name of the table.
    pub(super) table: &'static str,
    /// The name of the column.
    pub(super) owner: &'static str,
}

/// The keys of children.
pub(super) const OF_CHILDREN: Keys = Keys { table: "child_key", owner: "child_id" };
/// The keys of referrals.
pub(super) const OF_REFERRALS: Keys = Keys { table: "referral_key", owner: "referral_id" };

impl Keys {
    /// A condition on the row whose id is `owner`: its name begins as was typed. `None` if no row meets it.
    pub(super) async fn named(self, op: &OpContext, name: &Name, owner: Expr) -> Result<Option<Expr>, Error> {
        self.all_begin(op, &name.first_key(), name.other_keys().collect(), owner).await
    }

    /// A condition on the row whose id is `owner`: it has a key that begins with `first`, which is the rarest, and one that
    /// begins with each of `others`. `None` if no row meets it.
    pub(super) async fn all_begin(
        self,
        op: &OpContext,
        first: &str,
        others: Vec<String>,
        owner: Expr,
    ) -> Result<Option<Expr>, Error> {
        let mut select = self.beginning(first);
        for key in &others {
            select.and_where(self.has(key, Expr::col((Alias::new(self.table), Alias::new(self.owner)))));
        }
        let found = op.db.read.query_all(select.expr(self.column()).limit(FEW + 1)).await?;
        if found.is_empty() {
            return Ok(None);
        }
        if found.len() as u64 > FEW {
            let first = self.has(first, owner.clone());
            return Ok(Some(others.iter().fold(first, |all, key| all.and(self.has(key, owner.clone())))));
        }
        let mut ids = found.iter().map(|row| Uuid::try_get(row, "", self.owner)).collect::<Result<Vec<_>, _>>();
        let ids = ids.as_mut().map_err(|error| Error::internal(format!("{error:?}")))?;
        ids.sort_unstable();
        ids.dedup();
        Ok(Some(owner.is_in(filled(ids.iter().copied()))))
    }

    /// A condition on the row whose id is `owner`: it has a key for each of these sounds, the first of which is the rarest. `None`
    /// if no row meets it.
    pub(super) async fn sounding(
        self,
        op: &OpContext,
        mut sounds: Vec<String>,
        owner: Expr,
    ) -> Result<Option<Expr>, Error> {
        if sounds.is_empty() {
            return Ok(None);
        }
        let first = sounds.remove(0);
        self.all_begin(op, &first, sounds, owner).await
    }

    /// A condition on the row whose id is `owner`: it has exactly this key.
    pub(super) fn exactly(self, key: &str, owner: Expr) -> Expr {
        let mut select = Query::select();
        select
            .expr(self.column())
            .from(Alias::new(self.table))
            .and_where(Expr::col((Alias::new(self.table), Alias::new("key"))).eq(key));
        owner.in_subquery(select)
    }

    fn column(self) -> Expr {
        Expr::col((Alias::new(self.table), Alias::new(self.owner)))
    }

    /// The rows of keys that begin so.
    fn beginning(self, begin: &str) -> SelectStatement {
        let mut select = Query::select();
        select.from(Alias::new(self.table)).and_where(begins(&Alias::new(self.table), begin));
        select
    }

    /// A condition on the row whose id is `owner`: one of its keys begins so.
    fn has(self, begin: &str, owner: Expr) -> Expr {
        let word = Alias::new("word");
        let mut select = Query::select();
        select
            .expr(Expr::val(1))
            .from_as(Alias::new(self.table), word.clone())
            .and_where(Expr::col((word.clone(), Alias::new(self.owner))).eq(owner))
            .and_where(begins(&word, begin));
        Expr::exists(select)
    }
}

/// A condition on a row of `table`, whose references begin with `letter`: its reference begins or ends as was typed.
pub(super) fn called(table: &'static str, letter: char, part: &PartOfReference) -> Expr {
    let reference = || Expr::col((Alias::new(table), Alias::new("reference")));
    // Written as the index on it is, which no engine recognises with a placeholder in it.
    let last_group = || Expr::cust(format!(r#"substr("{table}"."reference", 8)"#));
    let between = |of: &dyn Fn() -> Expr, begin: &str| of().gte(begin).and(of().lt(format!("{begin}\u{10FFFF}")));
    let ends = part.end().map(|(last, whole)| {
        let last = between(&last_group, last);
        if whole.is_empty() { last } else { last.and(reference().like(format!("%{whole}"))) }
    });
    let begin = part.beginnings(letter).into_iter().map(|begin| between(&reference, &begin));
    begin.chain(ends).reduce(ExprTrait::or).unwrap_or_else(nothing)
}

/// A condition that one of these holds; no row meets it if there are none. `None` among them stands for one that no row
/// meets.
pub(super) fn any_of(conditions: Vec<Option<Expr>>) -> Condition {
    let conditions: Vec<Expr> = conditions.into_iter().flatten().collect();
    let any = Condition::any();
    // A part that no row meets would keep SQLite from asking an index for the others.
    if conditions.is_empty() { any.add(nothing()) } else { conditions.into_iter().fold(any, Condition::add) }
}

/// A condition on a key: it begins so. Both engines compare keys letter by letter, and no key holds the last letter of
/// all.
fn begins(table: &Alias, begin: &str) -> Expr {
    let key = || Expr::col((table.clone(), Alias::new("key")));
    key().gte(begin).and(key().lt(format!("{begin}\u{10FFFF}")))
}
