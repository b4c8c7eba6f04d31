//! What is logged: of the service's own code what the operator asks for, and of other code nothing finer than the level
//! `INFO`.
//!
//! The libraries that read requests and mails log addresses, headers and texts at finer levels, and with them the
//! tokens of links and the references of cases. No setting may let those into the log.
//!
//! What must not live here: the operator's filter (`config`).

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

/// The crates whose code may log at every level; `onroll` is the command.
const OURS: [&str; 5] = ["backend", "entity", "frontend", "migration", "onroll"];

/// Whether a line with this level and target may be logged, whatever the operator asks for.
pub fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    let of = metadata.target().split("::").next().unwrap_or_default();
    // Finer levels compare as greater.
    OURS.contains(&of) || *metadata.level() <= Level::INFO
}

/// A subscriber that writes the lines that `filter` selects and [`may_be_logged`] allows.
pub fn subscriber<W>(filter: &str, writer: W, ansi: bool) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let asked = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let written = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(ansi);
    tracing_subscriber::registry().with(asked).with(written.with_filter(filter_fn(may_be_logged)))
}
