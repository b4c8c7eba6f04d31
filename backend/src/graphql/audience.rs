//! The schema as text for each audience: cut from the whole schema to the root fields the audience may use and the
//! types they lead to. What must not live here: who may do what (`domain::policy`); this only documents it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::policy::shared_field;

/// A group of viewers for whom the schema is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Anybody, without signing in.
    Public,
    /// School contacts.
    School,
    /// Programs of partner agencies.
    Partner,
    /// Analysts, who see counts only.
    Analyst,
    /// Staff who work cases, manage or administer.
    Staff,
}

const PUBLIC: &[&str] = &["viewer", "reportFaults", "sendReport", "acknowledgeByLink"];
const SCHOOL: &[&str] = &[
    "viewer",
    "reportFaults",
    "sendReport",
    "acknowledgeByLink",
    "referral",
    "referrals",
    "draft",
    "drafts",
    "startDraft",
    "saveDraft",
    "sendDraft",
    "addToReferral",
    "withdrawReferral",
    "removalGrounds",
    "newPupils",
    "proposeOwnRemoval",
    "withdrawOwnRemoval",
    "sendDeletionReturn",
    "sendNewPupilReturn",
    "school",
    "schools",
    "confirmApproval",
    "ownSchoolContacts",
    "contactProposal",
    "contactProposals",
    "proposeContactChange",
];
const PARTNER: &[&str] = &[
    "viewer",
    "reportFaults",
    "sendReport",
    "acknowledgeByLink",
    "case",
    "cases",
    "caseStatistics",
    "yearStatistics",
    "childLookup",
    "answerEnquiry",
    "escalation",
    "escalations",
    "acknowledgeEscalation",
    "rateEscalation",
    "answerEscalation",
    "confirmEscalation",
];
const ANALYST: &[&str] = &[
    "viewer",
    "reportFaults",
    "sendReport",
    "acknowledgeByLink",
    "cases",
    "caseStatistics",
    "yearStatistics",
    "removalGrounds",
    "school",
    "schools",
];
/// The root fields that staff cannot use.
const NEVER_STAFF: &[&str] = &[
    "draft",
    "drafts",
    "startDraft",
    "saveDraft",
    "sendDraft",
    "addToReferral",
    "withdrawReferral",
    "newPupils",
    "proposeOwnRemoval",
    "withdrawOwnRemoval",
    "sendDeletionReturn",
    "sendNewPupilReturn",
    "childLookup",
    "confirmApproval",
    "ownSchoolContacts",
];

impl Audience {
    /// Every audience.
    pub const ALL: &'static [Self] = &[Self::Public, Self::School, Self::Partner, Self::Analyst, Self::Staff];

    /// The name on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::School => "school",
            Self::Partner => "partner",
            Self::Analyst => "analyst",
            Self::Staff => "staff",
        }
    }

    /// The audience with this name; `None` if there is none.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|audience| audience.name() == name)
    }

    /// Whether anybody of this audience can use this root field.
    pub fn may_ask(self, field: &str) -> bool {
        match self {
            Self::Public => PUBLIC.contains(&field),
            Self::School => SCHOOL.contains(&field),
            Self::Partner => PARTNER.contains(&field),
            Self::Analyst => ANALYST.contains(&field),
            Self::Staff => !NEVER_STAFF.contains(&field),
        }
    }

    /// Whether a field of a type is left out, because nobody of this audience is ever shown it.
    fn is_never_shown(self, of: &str, field: &str) -> bool {
        match (self, of) {
            (Self::Partner, "Case") => {
                !["reference", "version", "state", "child"].contains(&field) && shared_field(field).is_none()
            }
            (Self::Partner, "Child") => shared_field(field).is_none(),
            // The referral that a flag came with is named in its rationale; what it says is no agency's to read.
            (Self::Partner, "Escalation") => {
                ["referral", "lowering", "relayed", "answeredBy", "history", "alert", "clocks", "speaksForMash"]
                    .contains(&field)
            }
            (Self::Public | Self::Partner, "Viewer") => !["kind", "name", "scopes"].contains(&field),
            // These audiences can all do the same, so the fields that tell what a viewer may do say nothing to them.
            (Self::School | Self::Analyst, "Viewer") if field.starts_with("may") => true,
            (Self::Analyst, "Viewer") => ["approval", "scopes", "school"].contains(&field),
            (Self::Analyst, "CaseConnection") => field == "nodes",
            (Self::School, "Referral") => {
                ["case", "clocks", "gatheredWith", "matches", "mayTriage", "risk", "riskReasons", "timeline"]
                    .contains(&field)
            }
            _ => false,
        }
    }
}

/// The schema as text for one audience.
pub fn sdl_for(audience: Audience) -> String {
    cut(&super::sdl(), audience)
}

/// A definition in the text: its head and its fields, each with the description above it.
struct Definition<'a> {
    head: Vec<&'a str>,
    fields: Vec<(&'a str, Vec<&'a str>)>,
    tail: Option<&'a str>,
}

fn cut(whole: &str, audience: Audience) -> String {
    let blocks = blocks(whole);
    let definitions: BTreeMap<&str, Definition<'_>> = blocks
        .iter()
        .filter_map(|block| {
            let definition = read(block)?;
            Some((name_of(&definition)?, definition))
        })
        .collect();
    let keeps = |of: &str, field: &str| {
        let root = of == "Query" || of == "Mutation";
        if root { audience.may_ask(field) } else { !audience.is_never_shown(of, field) }
    };
    let mut reached = BTreeSet::new();
    let mut waiting = vec!["Query", "Mutation"];
    while let Some(name) = waiting.pop() {
        let Some(definition) = definitions.get(name) else { continue };
        let kept = definition.fields.iter().filter(|(field, _)| keeps(name, field));
        let lines: Vec<&str> = kept.flat_map(|(_, lines)| lines).copied().collect();
        if lines.is_empty() && !definition.fields.is_empty() {
            continue;
        }
        if reached.insert(name) {
            let words = code_lines(&lines)
                .into_iter()
                .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
            waiting.extend(words.filter(|word| definitions.contains_key(word)));
        }
    }
    let mut told: Vec<String> = Vec::new();
    for block in &blocks {
        let Some(definition) = read(block) else { continue };
        let Some(name) = name_of(&definition).filter(|name| reached.contains(name)) else { continue };
        let kept = definition.fields.iter().filter(|(field, _)| keeps(name, field)).flat_map(|(_, lines)| lines);
        let lines: Vec<&str> = definition.head.iter().chain(kept).chain(&definition.tail).copied().collect();
        told.push(lines.join("\n"));
    }
    format!("{}\n", told.join("\n\n"))
}

/// The text split into definitions, at empty lines outside of descriptions.
fn blocks(whole: &str) -> Vec<Vec<&str>> {
    let (mut blocks, mut within) = (vec![Vec::new()], Within::default());
    for line in whole.lines() {
        let described = within.describes(line);
        if line.is_empty() && !described {
            blocks.push(Vec::new());
        } else if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    blocks
}

/// Tells for one line after another whether it belongs to a description.
#[derive(Default)]
struct Within {
    open: bool,
}

impl Within {
    fn describes(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        if text == "\"\"\"" {
            self.open = !self.open;
            return true;
        }
        self.open || text.starts_with('"')
    }
}

/// The lines that belong to no description.
fn code_lines<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut within = Within::default();
    lines.iter().copied().filter(|line| !within.describes(line)).collect()
}

fn read<'a>(block: &[&'a str]) -> Option<Definition<'a>> {
    let mut within = Within::default();
    let mut lines = block.iter().copied();
    let mut head = Vec::new();
    for line in lines.by_ref() {
        head.push(line);
        if !within.describes(line) {
            break;
        }
    }
    let (mut fields, mut above, mut tail) = (Vec::new(), Vec::new(), None);
    let mut open: Option<&str> = None;
    for line in lines {
        if line == "}" {
            tail = Some(line);
            continue;
        }
        above.push(line);
        if within.describes(line) {
            continue;
        }
        let text = line.trim_start();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let name = open.unwrap_or(&text[..end]);
        // Arguments with descriptions are on lines of their own, up to the closing bracket.
        let goes_on = text.ends_with('(') || (open.is_some() && !text.starts_with(')'));
        open = goes_on.then_some(name);
        if !goes_on {
            fields.push((name, std::mem::take(&mut above)));
        }
    }
    (!head.is_empty()).then_some(Definition { head, fields, tail })
}

/// The name of the type that is defined; `None` for directives and the schema definition, which are left out.
fn name_of<'a>(definition: &Definition<'a>) -> Option<&'a str> {
    let mut words = definition.head.last()?.split_whitespace();
    match words.next()? {
        "type" | "input" | "enum" | "scalar" | "union" => words.next(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_schema;

    use super::*;

    #[test]
    fn every_cut_is_a_schema_that_can_be_read() {
        for audience in Audience::ALL {
            let sdl = sdl_for(*audience);
            assert!(parse_schema(&sdl).is_ok(), "{audience:?}:\n{sdl}");
            assert!(sdl.contains("type Query {\n"), "{audience:?}");
        }
    }

    #[test]
    fn an_analyst_has_no_path_to_a_child_and_a_partner_none_to_where_one_lives() {
        let analyst = sdl_for(Audience::Analyst);
        for word in ["type Child", "type Case {", "type Referral", "\tdateOfBirth:", "\tfamilyName:"] {
            assert!(!analyst.contains(word), "{word}:\n{analyst}");
        }
        let partner = sdl_for(Audience::Partner);
        for word in ["\taddress:", "\tpostcode:", "type TimelineEntry", "type Referral", "\trisk:"] {
            assert!(!partner.contains(word), "{word}:\n{partner}");
        }
        for word in ["type Child {", "\tfamilyName: String", "answerEscalation(", "input ChildLookupInput"] {
            assert!(partner.contains(word), "{word}:\n{partner}");
        }
    }
}
