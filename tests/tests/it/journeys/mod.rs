//! What people come to do, step by step, on their pages.

mod casework;
mod contacts;
mod once;
mod referral;
mod register;
mod report;
mod second_factor;
mod sessions;
mod sign_in_link;
mod single_sign_on;
mod staff;
mod triage;
