//! Answers of the GraphQL API, and what a test demands of them. What must not live here: how a request is sent
//! (`browser`).

use http::StatusCode;
use serde_json::Value;

/// An answer of `POST /graphql`.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body as JSON: `data`, `errors` or both.
    pub json: Value,
}

impl Answer {
    /// The value at a JSON pointer beneath `data`, such as `/case/version`; null if there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.json["data"].pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at a JSON pointer beneath `data`.
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at {pointer} in {}", self.json)).to_owned()
    }

    /// The `code` of every error, in the order of the answer.
    pub fn codes(&self) -> Vec<&str> {
        self.errors().iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("none")).collect()
    }

    /// The `errors` of the answer; empty when there are none.
    pub fn errors(&self) -> &[Value] {
        self.json["errors"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Where each error points, such as `cases.nodes`; sorted.
    pub fn error_paths(&self) -> Vec<String> {
        let part = |part: &Value| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        let path = |error: &Value| {
            error["path"].as_array().map(|path| path.iter().map(part).collect::<Vec<_>>().join(".")).unwrap_or_default()
        };
        let mut paths: Vec<String> = self.errors().iter().map(path).collect();
        paths.sort();
        paths
    }

    /// The names of the input fields that an `INVALID` answer finds fault with.
    pub fn faulty_fields(&self) -> Vec<&str> {
        let fields = self.errors().iter().filter_map(|error| error["extensions"]["fields"].as_array()).flatten();
        fields.filter_map(|fault| fault["field"].as_str()).collect()
    }

    /// Returns the answer, and fails the test if it holds errors.
    #[expect(clippy::return_self_not_must_use, reason = "the check alone is often all that is wanted")]
    pub fn sound(self) -> Self {
        assert!(self.status == StatusCode::OK && self.errors().is_empty(), "{} {}", self.status, self.json);
        self
    }

    /// Fails the test unless the whole request was refused with this one code.
    pub fn refused_with(&self, code: &str) {
        assert_eq!(self.codes(), [code], "{}", self.json);
    }
}
