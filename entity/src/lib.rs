//! The rows of the database as sea-orm entities, one id type for each table, and the vocabulary: the code lists that
//! rows, rules, API and pages share, each code with the one label that people read.
//!
//! What must not live here: queries, connections, rules. No function in this crate takes a connection.
#![expect(clippy::disallowed_methods, reason = "sea-orm's derives call `find` themselves; nothing here runs a query")]

mod id;
pub mod vocabulary;

pub mod access;
pub mod access_note;
pub mod access_subject;
pub mod agency;
pub mod agreement;
pub mod break_glass;
pub mod case;
pub mod case_key;
pub mod case_reader;
pub mod case_span;
pub mod ceremony;
pub mod child;
pub mod child_key;
pub mod client;
pub mod client_network;
pub mod clock;
pub mod contact_proposal;
pub mod credential;
pub mod draft;
pub mod enquiry;
pub mod escalation;
pub mod event;
pub mod held_report;
pub mod idempotency_key;
pub mod judgement;
pub mod known_device;
pub mod message;
pub mod placement;
pub mod publication;
pub mod published_case;
pub mod referral;
pub mod referral_key;
pub mod reminder;
pub mod removal;
pub mod report_draft;
pub mod report_group;
pub mod school;
pub mod school_contact;
pub mod seal;
pub mod session;
pub mod setting;
pub mod sign_in_link;
pub mod staff;
pub mod staff_link;
pub mod term_date;
pub mod throttle;
pub mod token;

pub use id::*;
