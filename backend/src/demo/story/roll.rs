//! A name on a roll, and what is learnt of a child: an address kept confidential, an NHS number, a cousin who is no
//! brother. What must not live here: how the story begins (`begin`).

use chrono::Days;
use entity::vocabulary::{Answer, EnquiryKind, JointEnquiryOutcome, RemovalDecision, RemovalGround, SchoolEnquiryKind};

use super::super::children::phone;
use super::Story;
use crate::domain::case::{Case, DecideRemoval, ProposeRemoval, RecordJointEnquiry};
use crate::domain::child::Correct;
use crate::domain::family::{NameSibling, StrikeSibling};
use crate::domain::nhs_number::NhsNumber;
use crate::domain::parent::{RecordParent, told_in};
use crate::domain::roll;
use crate::error::Error;
use crate::service::{case, roll as command};
use crate::store::{self, stream::load};

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
            reason: "The aunt has promised to ring us this week. Keep the name until then".to_owned(),
            ..DecideRemoval::default()
        };
        if self.dice.chance(50) {
            command::decide(&self.officer(), target, matter, decision).await?;
        }
        Ok(())
    }

    /// A health visitor gives the NHS number. All of them are from the range that is set aside for tests.
    pub(in super::super) async fn learn_nhs_number(&mut self) -> Result<(), Error> {
        let Some(target) = self.target().await? else { return Ok(()) };
        let stem = format!("999{:06}", self.dice.between(0, 999_999));
        let mut numbers = (0..10).map(|last| format!("{stem}{last}"));
        let number = numbers.find(|number| NhsNumber::parse(number).is_ok()).unwrap_or_else(|| "9990000018".to_owned());
        let typed = Correct {
            nhs_number: Some(number),
            source: "Health visitor".to_owned(),
            reason: "Given with the answer to our enquiry.".to_owned(),
            ..Correct::default()
        };
        case::correct_child(&self.officer(), target, typed).await?;
        Ok(())
    }

    /// The first parent whom the referral names has a new telephone number.
    pub(in super::super) async fn change_a_phone(&mut self) -> Result<(), Error> {
        let Some(target) = self.target().await? else { return Ok(()) };
        let Some((case, ..)) = &self.case else { return Ok(()) };
        let referrals = store::referral::of_cases(&self.officer(), &[*case]).await?;
        let Some(referral) = referrals.first() else { return Ok(()) };
        let told = told_in(&serde_json::from_str(&referral.details)?);
        let Some(parent) = told.into_iter().next() else { return Ok(()) };
        let typed = RecordParent {
            replaces: parent.key(),
            name: parent.name,
            relationship: parent.relationship.unwrap_or_default(),
            phone: phone(&mut self.dice),
            may_contact: Some(Answer::Yes),
            source: "The grandmother".to_owned(),
            reason: "The number that the school gave us is dead.".to_owned(),
            ..RecordParent::default()
        };
        case::record_parent(&self.officer(), target, typed).await?;
        Ok(())
    }

    /// A neighbour names a cousin as a brother, and the mother puts that right.
    pub(in super::super) async fn mistake_a_cousin(&mut self) -> Result<(), Error> {
        let Some(target) = self.target().await? else { return Ok(()) };
        let name = format!("Robin {}", self.family.names.0);
        let named = NameSibling { name: name.clone(), source: "A neighbour".to_owned(), ..NameSibling::default() };
        case::name_sibling(&self.officer(), target.case, named).await?;
        self.wait(1, 3);
        let Some(target) = self.target().await? else { return Ok(()) };
        let reason = "The mother says that this is a cousin who stayed for the summer.".to_owned();
        let struck = StrikeSibling { name, reason, ..StrikeSibling::default() };
        case::strike_sibling(&self.officer(), target.case, struck).await?;
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
