//! A name on a roll, and an address that is kept confidential. What must not live here: how the story begins (`begin`).

use chrono::Days;
use entity::vocabulary::{EnquiryKind, JointEnquiryOutcome, RemovalDecision, RemovalGround, SchoolEnquiryKind};

use super::Story;
use crate::domain::case::{Case, DecideRemoval, ProposeRemoval, RecordJointEnquiry};
use crate::domain::child::Correct;
use crate::domain::roll;
use crate::error::Error;
use crate::service::{case, roll as command};
use crate::store::stream::load;

impl Story<'_> {
    /// The school proposes to remove the name. Some proposals have got no further, some were enquired into, and of some
    /// the authority has said that the name stays for now.
    pub(in super::super) async fn propose_removal(&mut self) -> Result<(), Error> {
        const TRIED: [SchoolEnquiryKind; 2] = [SchoolEnquiryKind::HomeVisit, SchoolEnquiryKind::PhoneCall];
        let Some(target) = self.target().await? else { return Ok(()) };
        let leave = self.dice.chance(50);
        let ground = if leave { RemovalGround::NotBackFromLeave } else { RemovalGround::ContinuouslyAbsent };
        let since = self.today() - Days::new(self.dice.between(8, 40).into());
        let proposal = ProposeRemoval {
            ground: Some(ground),
            conditions: roll::of(ground).conditions.to_vec(),
            since: since.to_string(),
            codes: if leave { String::new() } else { "N O".to_owned() },
            tried: TRIED.to_vec(),
            note: "The office rang every number on the day and a week later.".to_owned(),
            ..ProposeRemoval::default()
        };
        command::propose(&self.officer(), target.case, None, proposal).await?;
        if self.dice.chance(60) {
            self.wait(0, 1);
            self.enquire_jointly(&TRIED).await?;
        }
        Ok(())
    }

    async fn enquire_jointly(&mut self, tried: &[SchoolEnquiryKind]) -> Result<(), Error> {
        let Some(target) = self.target().await? else { return Ok(()) };
        let Some((id, ..)) = &self.case else { return Ok(()) };
        let held: Case = load(&self.officer().db.read, *id).await?;
        let Some(matter) = held.removals.last().map(|matter| matter.proposal.id) else { return Ok(()) };
        let enquiry = RecordJointEnquiry {
            authority: vec![EnquiryKind::PupilRecords, EnquiryKind::SchoolToSchool],
            school: tried.to_vec(),
            outcome: Some(JointEnquiryOutcome::NotFound),
            note: "Neither the school’s contacts nor our records say where the child is.".to_owned(),
            ..RecordJointEnquiry::default()
        };
        command::enquire(&self.officer(), target, matter, enquiry).await?;
        let Some(target) = self.target().await? else { return Ok(()) };
        let decision = DecideRemoval {
            decision: Some(RemovalDecision::MayNot),
            reason: "The aunt has promised to ring us this week. Keep the name until then.".to_owned(),
            ..DecideRemoval::default()
        };
        if self.dice.chance(50) {
            command::decide(&self.officer(), target, matter, decision).await?;
        }
        Ok(())
    }

    /// The officer hears that nobody must learn the address, and keeps it confidential.
    pub(in super::super) async fn keep_address(&mut self) -> Result<(), Error> {
        let Some(target) = self.target().await? else { return Ok(()) };
        let typed = Correct {
            address_confidential: Some(true),
            source: "Domestic abuse service".to_owned(),
            reason: "The mother and the children are in a refuge.".to_owned(),
            ..Correct::default()
        };
        case::correct_child(&self.op(&self.stage.crew.manager), target, typed).await?;
        Ok(())
    }
}
