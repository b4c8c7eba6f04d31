//! The examples of the README, sent by other people's programs: one in JavaScript, one in Python.

use std::io::Write as _;
use std::process::{Command, Stdio};

use acceptance::database::target;
use acceptance::prelude::*;
use backend::graphql::audience::{Audience, sdl_for};

use super::clients::{at, printed, script};

const README: &str = include_str!("../../../../README.md");
const AGENCY: &str = "Example Health Trust";

/// One example: what is asked, with what, and whose it is.
#[derive(Debug)]
struct Example {
    audience: Audience,
    document: String,
    variables: Value,
}

impl Example {
    /// What its operation is called; `curl` for the one that stands in a command.
    fn name(&self) -> &str {
        let name = self.document.split(['(', '{']).next().unwrap_or_default();
        name.split_whitespace().nth(1).unwrap_or("curl")
    }
}

/// Every example of the README, in its order: a block of GraphQL with the block of JSON after it, or the body that a
/// command sends.
fn examples() -> Vec<Example> {
    let (_, part) = README.split_once("\n## Asking the API\n").expect("the README says how to ask the API");
    let part = part.split("\n## ").next().unwrap_or_default();
    let mut audience = Audience::Public;
    let mut examples: Vec<Example> = Vec::new();
    for (at, text) in part.split("```").enumerate() {
        let (kind, body) = text.split_once('\n').unwrap_or_default();
        match (at % 2, kind) {
            (0, _) if text.contains("\n**An analyst**") => audience = Audience::Analyst,
            (0, _) if text.contains("\n**A partner agency**") => audience = Audience::Partner,
            (1, "graphql") => {
                examples.push(Example { audience, document: body.to_owned(), variables: Value::Null });
            }
            (1, "json") => {
                let of = examples.last_mut().expect("variables follow a document");
                of.variables = serde_json::from_str(body).unwrap_or_else(|why| panic!("{why}: {body}"));
            }
            (1, "sh") if body.contains("/graphql ") => {
                let sent = body.split_once("-d '").and_then(|(_, sent)| sent.split('\'').next()).unwrap_or_default();
                let sent: Value = serde_json::from_str(sent).unwrap_or_else(|why| panic!("{why}: {body}"));
                let document = sent["query"].as_str().expect("the command asks something").to_owned();
                examples.push(Example { audience, document, variables: sent["variables"].clone() });
            }
            _ => {}
        }
    }
    examples
}

/// What a program learnt of the case that it reads first, put where the example stands for it.
fn filled(mut variables: Value, case: &Value) -> Value {
    for (name, pointer) in [("case", "/reference"), ("enquiry", "/enquiries/0/id"), ("escalation", "/escalations/0/id")]
    {
        if let Some(place) = variables.pointer_mut(&format!("/input/{name}")) {
            *place = case.pointer(pointer).unwrap_or_else(|| panic!("nobody read {pointer} before")).clone();
        }
    }
    variables
}

/// Demands of each example the answer that the README promises.
fn look(example: &Example, variables: &Value, answer: &Value, reference: &str) {
    let at = |pointer: &str| answer.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {answer}"));
    match example.name() {
        "curl" => {
            assert!(at("/caseStatistics/0/label").is_string() && at("/cases/count/display") == "low", "{answer}");
        }
        "OpenCases" => {
            assert_eq!(at("/caseStatistics/0/code"), "Reception", "{answer}");
            assert!(at("/caseStatistics/0/count/asOf").is_string(), "{answer}");
        }
        "LookUp" => {
            assert_eq!(at("/childLookup/matched"), true, "{answer}");
            assert!(at("/childLookup/child/yearGroup").is_string(), "{answer}");
            assert_eq!(at("/childLookup/cases/0/reference"), reference, "{answer}");
        }
        "Asked" => {
            assert_eq!(at("/cases/nodes/0/reference"), reference, "{answer}");
            assert!(at("/cases/nodes/0/enquiries/0/answeredOn").is_null(), "{answer}");
        }
        "Answer" => {
            assert_eq!(at("/answerEnquiry/enquiries/0/finding"), &variables["input"]["finding"], "{answer}");
        }
        "Flagged" => assert_eq!(at("/cases/nodes/0/escalations/0/level"), "CHILD_IN_NEED", "{answer}"),
        "Decide" => {
            assert_eq!(at("/answerEscalation/decision"), &variables["input"]["decision"], "{answer}");
        }
        "Refer" => assert!(at("/sendReport/reference").as_str().unwrap().starts_with("R-"), "{answer}"),
        other => panic!("nobody looks at what the README's example {other} is answered"),
    }
}

/// A Python that has the packages of `tests/clients/requirements.txt`, which `tests/run` installs.
fn python() -> Command {
    let python = target().join("clients/bin/python");
    assert!(python.is_file(), "{} lacks its packages: run tests/run", python.display());
    let mut command = Command::new(python);
    command.arg(at().join("ask.py"));
    command
}

async fn sent_by(client: fn() -> Command, asked: Value) -> Value {
    let run = move || {
        let mut client = client();
        client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = client.spawn().expect("the client starts");
        running.stdin.take().expect("it listens").write_all(asked.to_string().as_bytes()).expect("it is told");
        (running.wait_with_output().expect("it ends"), asked)
    };
    let (output, asked) = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "{}\n{}", asked["document"], printed(&output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {}", printed(&output)))
}

async fn examples_work_in(client: fn() -> Command) {
    let app = TestApp::served(Engine::Sqlite).await;
    let examples = examples();
    let asked = |audience| examples.iter().filter(move |example| example.audience == audience);
    assert!(asked(Audience::Analyst).count() >= 2 && asked(Audience::Partner).count() >= 4, "{examples:#?}");
    let with_variables = |audience| asked(audience).any(|example| example.variables.is_object());
    assert!(with_variables(Audience::Analyst) && with_variables(Audience::Partner), "{examples:#?}");

    let analyst = given::token(&app, "Example Statistics", &[Scope::StatisticsRead]).await;
    let scopes: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::StatisticsRead).collect();
    let partner = given::token(&app, AGENCY, &scopes).await;
    let sought = examples.iter().find(|example| example.name() == "LookUp").expect("a child is looked up");
    let sought = |field: &str| sought.variables["input"][field].as_str().expect("the child is described").to_owned();
    let mut referral = given::referral().of(&sought("givenNames"), &sought("familyName"));
    for (part, number) in ["year", "month", "day"].iter().zip(sought("dateOfBirth").split('-')) {
        referral = referral.answering(&format!("dateOfBirth-{part}"), number);
    }
    let case = given::case().from(referral).flagged().shared_with(AGENCY).at(&app).await;

    let mut read = Value::Null;
    for example in &examples {
        let token = if example.audience == Audience::Analyst { &analyst } else { &partner };
        let variables = filled(example.variables.clone(), &read);
        let asked = json!({
            "url": format!("{}/graphql", app.origin()), "token": token, "schema": sdl_for(example.audience),
            "document": example.document, "variables": variables,
        });
        let answer = sent_by(client, asked).await;
        look(example, &variables, &answer, &case.reference);
        if let Some(case) = answer.pointer("/cases/nodes/0") {
            read = case.clone();
        }
    }
}

#[tokio::test]
async fn the_examples_of_the_readme_work_in_javascript() {
    examples_work_in(|| script("ask.js")).await;
}

#[tokio::test]
async fn the_examples_of_the_readme_work_in_python() {
    examples_work_in(python).await;
}
