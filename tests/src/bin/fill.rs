//! The command `fill`, with which `tests/bench/run` makes a register to measure; see [`acceptance::bulk`].

use acceptance::bulk::{Size, fill, sessions};
use backend::clock::Clock;
use backend::config::operators_key;
use backend::secret::keyring::Keyring;

const USAGE: &str = "\
fill DATABASE_URL CASES [SEED]   fills an empty, migrated database with synthetic cases, under ONROLL_SECRET_KEY
fill DATABASE_URL sessions       signs the officers of such a register in, and prints their cookies";

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        [url, "sessions"] => sessions(url, &Clock::default()).await.iter().for_each(|cookie| println!("{cookie}")),
        [url, cases] | [url, cases, _] => {
            let seed = arguments.get(2).map_or(Ok(1), |seed| seed.parse());
            let (Ok(cases), Ok(seed)) = (cases.parse(), seed) else { stop() };
            let Ok(key) = operators_key() else { stop() };
            let stored = fill(url, &Keyring::new(key), Size { cases, seed }, Clock::default().now()).await;
            println!("{cases} cases with {stored} events are stored.");
        }
        _ => stop(),
    }
}

fn stop() -> ! {
    eprintln!("{USAGE}");
    std::process::exit(2)
}
