//! What people come to do, step by step, on their pages.

mod agencies;
mod auditor;
mod casework;
mod confirmations;
mod contacts;
mod export;
mod failures;
mod fixation;
mod flood;
mod head_teacher;
mod kept_answers;
mod limits;
mod odd_characters;
mod once;
mod recognised;
mod referral;
mod register;
mod report;
mod report_tabs;
mod restricted;
mod second_factor;
mod sessions;
mod sign_in_link;
mod single_sign_on;
mod staff;
mod triage;
