//! Gathers what concurrent requests have to write, so that one transaction stores it for all of them. Whoever hands
//! something over waits until the transaction that holds it has ended.
//!
//! What must not live here: what is written, and how.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use crate::error::Error;

/// The most things that one transaction stores.
const MOST: usize = 64;

/// How gathered things are written: all of them or none.
type Write<T> = dyn Fn(Vec<T>) -> BoxFuture<'static, Result<(), Error>> + Send + Sync;

/// A thing, and who waits for it.
type Handed<T> = (T, oneshot::Sender<Result<(), Error>>);

/// The place where things are handed over. Cheap to clone; the task that writes ends with the last clone.
#[derive(Debug)]
pub(crate) struct Gather<T>(mpsc::Sender<Handed<T>>);

impl<T> Clone for Gather<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Clone + Send + 'static> Gather<T> {
    /// Begins a task that writes with `write` whatever is handed over while it was writing before.
    pub(crate) fn new(write: impl Fn(Vec<T>) -> BoxFuture<'static, Result<(), Error>> + Send + Sync + 'static) -> Self {
        let (sender, receiver) = mpsc::channel(MOST);
        tokio::spawn(serve(receiver, Arc::new(write)));
        Self(sender)
    }

    /// Hands `thing` over, and waits until it is stored. Once handed over it is stored even if the caller goes away.
    pub(crate) async fn store(&self, thing: T) -> Result<(), Error> {
        let (answer, answered) = oneshot::channel();
        self.0.send((thing, answer)).await.map_err(|_| Error::internal("nobody gathers any more"))?;
        answered.await.map_err(Error::internal)?
    }
}

async fn serve<T: Clone + Send>(mut receiver: mpsc::Receiver<Handed<T>>, write: Arc<Write<T>>) {
    let mut handed = Vec::new();
    while receiver.recv_many(&mut handed, MOST).await > 0 {
        let things: Vec<T> = handed.iter().map(|(thing, _)| thing.clone()).collect();
        match (write(things).await, handed.len()) {
            (Ok(()), _) => handed.drain(..).for_each(|(_, waiting)| answer(waiting, Ok(()))),
            (failed, 1) => {
                if let Some((_, waiting)) = handed.pop() {
                    answer(waiting, failed);
                }
            }
            // The database is out of reach, and would be for each of them.
            (Err(Error::Unavailable(cause)), _) => {
                handed.drain(..).for_each(|(_, waiting)| answer(waiting, Err(Error::Unavailable(Arc::clone(&cause)))));
            }
            // One thing may have failed all of them, so each is tried alone.
            _ => {
                for (thing, waiting) in handed.drain(..) {
                    answer(waiting, write(vec![thing]).await);
                }
            }
        }
    }
}

/// Tells whoever waits. They may have gone away.
fn answer(waiting: oneshot::Sender<Result<(), Error>>, result: Result<(), Error>) {
    let _gone = waiting.send(result);
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    use super::*;

    /// What was written, in one transaction after the other.
    type Batches = Arc<Mutex<Vec<Vec<u32>>>>;

    /// A place where numbers are handed over, and the batches that were written. Zero cannot be written.
    fn numbers() -> (Gather<u32>, Batches) {
        let batches = Batches::default();
        let written = Arc::clone(&batches);
        let gather = Gather::new(move |numbers: Vec<u32>| {
            let written = Arc::clone(&written);
            async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                if numbers.contains(&0) {
                    return Err(Error::NotFound);
                }
                written.lock().unwrap().push(numbers);
                Ok(())
            }
            .boxed()
        });
        (gather, batches)
    }

    #[tokio::test]
    async fn what_comes_during_a_write_is_written_together_and_once() {
        let (gather, batches) = numbers();
        let all = join_all((1..=20).map(|number| gather.store(number))).await;
        assert!(all.iter().all(Result::is_ok));
        let batches = batches.lock().unwrap();
        assert!(batches.len() < 20, "{batches:?}");
        let mut stored = batches.concat();
        stored.sort_unstable();
        assert!(stored.into_iter().eq(1..=20));
    }

    #[tokio::test]
    async fn what_cannot_be_written_fails_alone() {
        let (gather, batches) = numbers();
        let all = join_all([1, 2, 0, 3].map(|number| gather.store(number))).await;
        assert_eq!(all.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true]);
        let mut stored = batches.lock().unwrap().concat();
        stored.sort_unstable();
        assert_eq!(stored, [1, 2, 3]);
    }
}
