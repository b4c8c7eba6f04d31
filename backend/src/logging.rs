//! What is logged: what the operator asks for, of our own code; of everything else nothing finer than information.
//!
//! Whatever reads requests and mails for us writes addresses, headers and letters at its finer levels, and with them the
//! tokens of links and the references of children. No setting may let those out.

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

/// The crates that are ours; `onroll` is the command.
const OURS: [&str; 5] = ["backend", "entity", "frontend", "migration", "onroll"];

/// Whether this may be logged at all.
pub fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    let of = metadata.target().split("::").next().unwrap_or_default();
    // Levels compare by how much they say.
    OURS.contains(&of) || *metadata.level() <= Level::INFO
}

/// A subscriber that writes what `filter` asks for and [`may_be_logged`] allows.
pub fn subscriber<W>(filter: &str, writer: W, ansi: bool) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let asked = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let written = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(ansi);
    tracing_subscriber::registry().with(asked).with(written.with_filter(filter_fn(may_be_logged)))
}
