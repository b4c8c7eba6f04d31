//! The command line: reads the arguments, runs the command, and turns a failure into a sentence and an exit code: 2
//! when the input or the settings are wrong, and 1 otherwise. What must not live here: what a command does
//! (`commands`).

mod commands;

use std::io::IsTerminal;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use backend::config::log_filter;
use backend::logging;
use backend::service::agency::Issue;
use backend::service::verify::How;
use clap::{Args, Parser, Subcommand};

/// Onroll finds children missing education and follows each one until they are back.
#[derive(Parser)]
#[command(name = "onroll", version, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a demonstration with synthetic data; needs nothing else.
    Demo {
        /// The folder that holds its database and its mail.
        #[arg(long, default_value = "./onroll-demo")]
        data: PathBuf,
        /// The port to listen on.
        #[arg(long, default_value_t = 3000)]
        port: u16,
        /// The address to listen on. Whoever reaches it can sign in as anybody: the passwords are printed.
        #[arg(long, default_value = "127.0.0.1")]
        listen: IpAddr,
        /// What people type to get there, such as <http://192.0.2.7:3000>, if that is not where it listens.
        #[arg(long)]
        public_url: Option<String>,
    },
    /// Runs the service, with settings from the environment.
    Serve,
    /// Says everything that is wrong with the settings.
    CheckConfig,
    /// Goes on with the present `ONROLL_SECRET_KEY` after the one before it was lost.
    AcceptKey,
    /// Prints the page that a proxy shows while the service is down, with the numbers from the settings.
    UnavailablePage,
    /// Brings the database up to this version.
    Migrate {
        #[command(flatten)]
        at: At,
    },
    /// Prints the schema of the API.
    Schema {
        /// Only what this audience may ask: public, school, partner, analyst or staff.
        #[arg(long, value_parser = commands::audience)]
        audience: Option<backend::graphql::audience::Audience>,
    },
    /// Checks that everything is as it was stored, and says where it is not.
    Verify {
        /// Compares the journal with a head that was kept elsewhere.
        #[arg(long, value_parser = commands::check::head_typed)]
        head: Option<backend::store::verdict::Head>,
        /// Checks only what was stored since the last check that found everything sound.
        #[arg(long)]
        since_last: bool,
        /// Goes on where a check was cut off.
        #[arg(long, conflicts_with = "since_last")]
        resume: bool,
        /// Compares the rows that lists and searches read with what their facts make of them.
        #[arg(long)]
        rows: bool,
        #[command(flatten)]
        at: At,
    },
    /// Seals what is stored, and prints the head of the journal, to be kept elsewhere.
    Head {
        #[command(flatten)]
        at: At,
    },
    /// Puts the chains of facts under the key, once after an upgrade from a version without one.
    KeyChains {
        #[command(flatten)]
        at: At,
    },
    /// Writes everything that is stored into one file, encrypted to `ONROLL_BACKUP_RECIPIENT`, while the service runs.
    Backup {
        /// The file, which must not exist yet.
        file: PathBuf,
        /// The private key, where it is at hand: the file is then opened with it and compared.
        #[arg(long)]
        identity: Option<PathBuf>,
        #[command(flatten)]
        at: At,
    },
    /// Puts a backup into an empty database, ends what lets somebody in, and holds mail that may have left.
    Restore {
        /// The file.
        file: PathBuf,
        /// The file with the private key, as `age-keygen` writes it.
        #[arg(long)]
        identity: PathBuf,
        /// The head of the journal that was kept last, by which it is said what is missing.
        #[arg(long, value_parser = commands::check::head_typed)]
        head: Option<backend::store::verdict::Head>,
        #[command(flatten)]
        at: At,
    },
    /// Manages mail.
    #[command(subcommand)]
    Mail(Mail),
    /// Manages staff.
    #[command(subcommand)]
    Staff(Staff),
    /// Manages the tokens of partner agencies and analysts.
    #[command(subcommand)]
    Token(Token),
    /// Imports registers.
    #[command(subcommand)]
    Import(Import),
}

/// Which database.
#[derive(Args)]
struct At {
    /// The folder of a demonstration; without it, the database that `ONROLL_DATABASE_URL` names.
    #[arg(long)]
    data: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Mail {
    /// Has every mail that was given up tried again, and prints how many.
    Retry {
        #[command(flatten)]
        at: At,
    },
    /// Lists the mails that a restore held, or lets some of them leave.
    Release {
        /// The mails that may leave; none lists those that are held.
        mails: Vec<entity::MessageId>,
        /// All that are held may leave.
        #[arg(long, conflicts_with = "mails")]
        all: bool,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Subcommand)]
enum Staff {
    /// Adds a member of staff. The password is read from standard input.
    Add {
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their email address.
        #[arg(long)]
        email: String,
        /// A role; may be given several times.
        #[arg(long = "role", required = true, value_parser = commands::role)]
        roles: Vec<entity::vocabulary::StaffRole>,
        #[command(flatten)]
        at: At,
    },
    /// Invites a member of staff by mail, with the settings of `serve`, which sends the mail.
    Invite {
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their email address.
        #[arg(long)]
        email: String,
        /// A role; may be given several times.
        #[arg(long = "role", required = true, value_parser = commands::role)]
        roles: Vec<entity::vocabulary::StaffRole>,
    },
}

#[derive(Subcommand)]
enum Token {
    /// Issues a token and prints it, this once.
    Issue {
        /// The agency it is for.
        #[arg(long)]
        agency: String,
        /// What it may be used for; may be given several times.
        #[arg(long = "scope", required = true, value_parser = commands::scope)]
        scopes: Vec<entity::vocabulary::Scope>,
        /// What it is shown beyond that a child is known and where their case stands; may be given several times.
        #[arg(long = "field", value_parser = commands::field)]
        fields: Vec<entity::vocabulary::SharedField>,
        /// Why, as the agreement says.
        #[arg(long)]
        purpose: String,
        /// What makes sharing lawful.
        #[arg(long, default_value = "public-task", value_parser = commands::lawful_basis)]
        lawful_basis: entity::vocabulary::LawfulBasis,
        /// The last day on which it is accepted, YYYY-MM-DD, a year from today at most.
        #[arg(long)]
        expires: chrono::NaiveDate,
        #[command(flatten)]
        at: At,
    },
    /// Revokes a token. It is read from standard input, so that it stands in no history.
    Revoke {
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Subcommand)]
enum Import {
    /// Schools, from the national register's daily extract (edubasealldata).
    Gias {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        at: At,
    },
    /// Term dates: `academic_year,school_urn,from,to,kind,source`.
    Terms {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        at: At,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let log = logging::subscriber(&log_filter(), std::io::stderr, std::io::stderr().is_terminal());
    // It fails only if a subscriber was set before, which nothing does.
    let _ = tracing::subscriber::set_global_default(log);
    // The message of a panic may quote what somebody typed, so only its place is logged.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "Something panicked");
    }));
    match run(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("onroll: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

async fn run(command: Command) -> Result<(), commands::Failure> {
    match command {
        Command::Demo { data, port, listen, public_url } => {
            commands::demo(data, commands::Reach { listen, port, public_url }).await
        }
        Command::Serve => commands::serve().await,
        Command::CheckConfig => commands::check_config(),
        Command::AcceptKey => commands::accept_key().await,
        Command::UnavailablePage => commands::unavailable_page(),
        Command::Migrate { at } => commands::migrate(at.data).await,
        Command::Schema { audience } => commands::schema(audience),
        Command::Verify { head, since_last, resume, rows, at } => {
            commands::check::verify(at.data, How { since_last, resume, rows, head }).await
        }
        Command::Head { at } => commands::check::head(at.data).await,
        Command::KeyChains { at } => commands::check::key_chains(at.data).await,
        Command::Backup { file, identity, at } => commands::backup::back_up(at.data, file, identity).await,
        Command::Restore { file, identity, head, at } => commands::backup::restore(at.data, file, identity, head).await,
        Command::Mail(Mail::Retry { at }) => commands::retry_mail(at.data).await,
        Command::Mail(Mail::Release { mails, all, at }) => commands::release_mail(at.data, mails, all).await,
        Command::Staff(Staff::Add { name, email, roles, at }) => commands::add_staff(at.data, name, email, roles).await,
        Command::Staff(Staff::Invite { name, email, roles }) => commands::invite_staff(name, email, roles).await,
        Command::Token(Token::Issue { agency, scopes, fields, purpose, lawful_basis, expires, at }) => {
            let issue = Issue { agency, scopes, fields, purpose, lawful_basis, expires_on: expires };
            commands::issue_token(at.data, issue).await
        }
        Command::Token(Token::Revoke { reason, at }) => commands::revoke_token(at.data, reason).await,
        Command::Import(Import::Gias { file, at }) => commands::import_schools(at.data, file).await,
        Command::Import(Import::Terms { file, at }) => commands::import_terms(at.data, file).await,
    }
}
