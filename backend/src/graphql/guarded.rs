//! Fields that may be withheld from a viewer. A withheld field is null with one `FORBIDDEN` error at its path, and its
//! parent stays. A field that is shown is noted with its record before the answer leaves. What must not live here: who
//! may see what (`domain::policy`).

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    Context, ContextSelectionSet, ErrorExtensionValues, OutputType, Positioned, ServerError, ServerResult, Value,
};

use super::errors::path_of;
use crate::context::OpContext;
use crate::domain::policy::withheld_by_agreement;
use crate::domain::viewer::Viewer;
use crate::refusal::Refused;
use entity::vocabulary::{AccessAction, RefusalKind};

/// A value that is shown to the viewer or withheld.
pub(super) enum Guarded<T> {
    /// The value, which the viewer may see.
    Clear(T),
    /// The viewer may not see it.
    Withheld,
}

/// The value if `allowed`, and for a partner agency only if its agreement names the field that is being resolved. Notes
/// that the field of `subject` was shown.
pub(super) fn guard<T>(ctx: &Context<'_>, allowed: bool, subject: &str, value: impl FnOnce() -> T) -> Guarded<T> {
    if clears(ctx, allowed, subject) { Guarded::Clear(value()) } else { Guarded::Withheld }
}

/// Whether the field that is being resolved may be shown, decided as in [`guard`]. Notes it if so. For values that are
/// read from the database only then.
pub(super) fn clears(ctx: &Context<'_>, allowed: bool, subject: &str) -> bool {
    let clear = allowed && !withheld_by_agreement(&op(ctx).viewer, ctx.field().name());
    if clear {
        note(ctx, subject);
    }
    clear
}

/// Notes that the field that is being resolved was shown of `subject`, under its name in the schema and not the query's
/// alias.
pub(super) fn note(ctx: &Context<'_>, subject: &str) {
    note_as(op(ctx), subject, ctx.field().name());
}

/// Notes that `field` of `subject` was shown by a field of another name, as a list shows the reference of each row and
/// a filter shows the value it asks for.
pub(super) fn note_as(op: &OpContext, subject: &str, field: &str) {
    let action = if matches!(op.viewer, Viewer::Partner(_)) { AccessAction::Disclose } else { AccessAction::Show };
    op.saw(action, subject, Some(field));
}

/// The operation that a resolver runs in.
pub(super) fn op<'a>(ctx: &Context<'a>) -> &'a OpContext {
    ctx.data_unchecked::<OpContext>()
}

impl<T: OutputType> OutputType for Guarded<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name().trim_end_matches('!').to_owned()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry);
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            Self::Clear(value) => value.resolve(ctx, field).await,
            Self::Withheld => {
                let mut extensions = ErrorExtensionValues::default();
                extensions.set("code", "FORBIDDEN");
                let mut error = ServerError::new("you are not cleared for this field", Some(field.pos));
                error.extensions = Some(extensions);
                let error = ctx.set_error_path(error);
                let refused = Refused::new(RefusalKind::Withheld, path_of(&error));
                ctx.data_unchecked::<OpContext>().was_refused(refused);
                ctx.add_error(error);
                Ok(Value::Null)
            }
        }
    }
}
