//! The rules of the law and of the council's procedure: pure functions, and the types they take and give.
//!
//! What must not live here: IO, async, sea-orm, the time of day, random numbers. The caller passes in the time, new
//! ids and random bits.

pub mod agency;
pub mod answers;
pub mod break_glass;
pub mod case;
pub mod child;
pub mod clock;
pub mod contact;
pub mod date;
pub mod disclosure;
pub mod email;
pub mod escalation;
pub mod event;
pub mod family;
pub mod field;
pub mod follow_up;
pub mod held_report;
pub mod london;
pub mod mail;
pub mod matching;
pub mod network;
pub mod nhs_number;
pub mod parent;
pub mod password;
pub mod person_name;
pub mod phone;
pub mod policy;
pub mod postcode;
pub mod proposal;
pub mod reference;
pub mod referral;
pub mod risk;
pub mod roll;
pub mod school_age;
pub mod school_days;
pub mod screening;
pub mod search;
pub mod single_sign_on;
pub mod staff;
pub mod statistics;
pub mod stream;
pub mod text;
pub mod time_of_day;
pub mod typed;
pub mod upn;
pub mod urn;
pub mod viewer;
