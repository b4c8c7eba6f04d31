//! Every change to a matter of a roll, by an officer and by the school. What must not live here: what may be removed when
//! (`domain::case`), and how a matter is shown (`super`).

use async_graphql::{Context, ID, InputObject, Object};
use entity::ReferralId;
use entity::vocabulary::{
    EnquiryKind, JointEnquiryOutcome, RemovalCondition, RemovalDecision, RemovalGround, SchoolEnquiryKind,
};

use super::super::case::{Case, changed};
use super::super::guarded::op;
use super::super::input::id;
use super::super::referral::Referral;
use super::NewPupil;
use crate::domain::case as decide;
use crate::error::Error;
use crate::service::case::Target;
use crate::service::contact_of;
use crate::service::roll as command;
use crate::store;

/// What a proposal says. What is not confirmed or told yet is what it lacks, and refused only once the name is to be
/// removed.
#[derive(InputObject)]
struct RemovalProposalInput {
    /// The ground. Needed: null is answered with `INVALID`.
    ground: Option<RemovalGround>,
    /// The conditions of the ground that are confirmed; no others.
    conditions: Vec<RemovalCondition>,
    /// The day that goes with the ground, `YYYY-MM-DD`: the last of the leave (H), the first of the absence (I) or that of
    /// the parent's notice (F).
    since: Option<String>,
    /// The attendance codes of the absence, such as `N, O`: for I.
    codes: Option<String>,
    /// The day on which the name was entered, `YYYY-MM-DD` and not after today, if known.
    entered_on: Option<String>,
    /// What the school tried in order to find the child.
    tried: Vec<SchoolEnquiryKind>,
    /// What else the school says: at most 4,000 characters.
    note: Option<String>,
}

impl From<RemovalProposalInput> for decide::ProposeRemoval {
    fn from(input: RemovalProposalInput) -> Self {
        let RemovalProposalInput { ground, conditions, since, codes, entered_on, tried, note } = input;
        Self {
            ground,
            conditions,
            since: since.unwrap_or_default(),
            codes: codes.unwrap_or_default(),
            entered_on: entered_on.unwrap_or_default(),
            tried,
            note: note.unwrap_or_default(),
        }
    }
}

/// Something that a return must give: either what is known, or why it was not reasonably practicable to obtain it.
#[derive(InputObject)]
struct ReturnedInput {
    /// What is known: at most 200 characters.
    known: String,
    /// Why it was not obtained; an empty text where it is known.
    not_obtained: String,
}

impl From<ReturnedInput> for decide::TypedReturn {
    fn from(ReturnedInput { known, not_obtained }: ReturnedInput) -> Self {
        Self { known, not_obtained }
    }
}

/// A parent with whom the child normally lives.
#[derive(InputObject)]
struct ReturnedParentInput {
    /// The full name.
    name: ReturnedInput,
    /// The address.
    address: ReturnedInput,
    /// A telephone number for emergencies.
    emergency: ReturnedInput,
}

/// A deletion return.
#[derive(InputObject)]
struct DeletionReturnInput {
    /// The day on which the name was removed, `YYYY-MM-DD`: not after today, and not before it was proposed or allowed.
    removed_on: String,
    /// The child's full name.
    full_name: ReturnedInput,
    /// The child's address.
    address: ReturnedInput,
    /// The parents that the child normally lives with; a wholly empty one is left out. At most 6.
    parents: Vec<ReturnedParentInput>,
    /// Why it was not reasonably practicable to name any parent; needed where none is named.
    no_parents: Option<String>,
    /// The new address, if the school was notified of one.
    new_address: Option<String>,
    /// From when the child lives there, `YYYY-MM-DD`, if the school was notified.
    new_address_from: Option<String>,
    /// The parent with whom the child will live there, if the school was notified.
    lives_with: Option<String>,
    /// The other school, if the school was notified of one.
    new_school: Option<String>,
    /// The first day there, `YYYY-MM-DD`, if the school was notified.
    new_school_from: Option<String>,
}

impl From<DeletionReturnInput> for decide::RemoveName {
    fn from(input: DeletionReturnInput) -> Self {
        let DeletionReturnInput {
            removed_on,
            full_name,
            address,
            parents,
            no_parents,
            new_address,
            new_address_from,
            lives_with,
            new_school,
            new_school_from,
        } = input;
        let parent = |ReturnedParentInput { name, address, emergency }| decide::TypedParent {
            name: name.into(),
            address: address.into(),
            emergency: emergency.into(),
        };
        Self {
            removed_on,
            full_name: full_name.into(),
            address: address.into(),
            parents: parents.into_iter().map(parent).collect(),
            no_parents: no_parents.unwrap_or_default(),
            new_address: new_address.unwrap_or_default(),
            new_address_from: new_address_from.unwrap_or_default(),
            lives_with: lives_with.unwrap_or_default(),
            new_school: new_school.unwrap_or_default(),
            new_school_from: new_school_from.unwrap_or_default(),
        }
    }
}

/// A proposal that an officer relays.
#[derive(InputObject)]
struct ProposeRemovalInput {
    case: String,
    /// The URN of the school, six digits; left out, the school that referred the child.
    school_urn: Option<String>,
    /// What the school says.
    proposal: RemovalProposalInput,
}

/// A proposal that is taken back.
#[derive(InputObject)]
struct WithdrawRemovalInput {
    case: String,
    version: i32,
    /// The `id` of the removal.
    removal: ID,
    /// Why the name stays on the roll, in words that the school reads: at most 4,000 characters.
    reason: String,
}

/// The joint enquiry of school and authority, in place of what was recorded before.
#[derive(InputObject)]
struct RecordJointEnquiryInput {
    case: String,
    version: i32,
    /// The `id` of the removal, whose ground is H or I.
    removal: ID,
    /// What the authority tried: at least one.
    authority: Vec<EnquiryKind>,
    /// What the school tried: at least one.
    school: Vec<SchoolEnquiryKind>,
    /// What it came to. Needed: null is answered with `INVALID`.
    outcome: Option<JointEnquiryOutcome>,
    /// Whether the school finds no reasonable grounds to believe that a child who was found will attend again.
    school_agrees: bool,
    /// Whether the authority finds none.
    authority_agrees: bool,
    /// What was found: at most 4,000 characters.
    note: String,
}

/// The authority's view of a proposal.
#[derive(InputObject)]
struct DecideRemovalInput {
    case: String,
    version: i32,
    /// The `id` of the removal.
    removal: ID,
    /// The view. Needed: null is answered with `INVALID`. `MAY` is refused while anything lacks, with all that lacks.
    decision: Option<RemovalDecision>,
    /// The first day on which the name may be removed, `YYYY-MM-DD`. Needed where it may.
    from: Option<String>,
    /// Why, in words that the school reads: at most 4,000 characters.
    reason: String,
}

/// A deletion return that an officer relays.
#[derive(InputObject)]
struct RemoveNameInput {
    case: String,
    version: i32,
    /// The `id` of the removal.
    removal: ID,
    /// The return.
    told: DeletionReturnInput,
}

/// That a new-pupil return came, or that none is owed.
#[derive(InputObject)]
struct ReturnNewPupilInput {
    case: String,
    /// The `id` of the placement.
    placement: ID,
    /// The day on which it came, `YYYY-MM-DD` and not after today.
    on: String,
    /// Whether none is owed: the most junior class, from the first day of the school year.
    exempt: bool,
}

/// A proposal of the viewer's school.
#[derive(InputObject)]
struct ProposeOwnRemovalInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    /// What the school says.
    proposal: RemovalProposalInput,
}

/// A proposal that its school takes back.
#[derive(InputObject)]
struct WithdrawOwnRemovalInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    /// The `id` of the removal.
    removal: ID,
    /// Why the name stays on the roll: at most 4,000 characters.
    reason: String,
}

/// A deletion return of the viewer's school.
#[derive(InputObject)]
struct SendDeletionReturnInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    /// The `id` of the removal.
    removal: ID,
    /// The return.
    told: DeletionReturnInput,
}

/// A new-pupil return of the viewer's school. Its contents are all of the admission register, which the school's own
/// system sends; here it says that it did.
#[derive(InputObject)]
struct SendNewPupilReturnInput {
    /// The `id` of the new pupil.
    new_pupil: ID,
    /// The day on which it was sent, `YYYY-MM-DD` and not after today.
    on: String,
    /// Whether none is owed: the most junior class, from the first day of the school year.
    exempt: bool,
}

/// The referral after a change of its school's roll.
async fn referral_after(ctx: &Context<'_>, id: Result<ReferralId, Error>) -> Result<Referral, Error> {
    let row = store::referral::many(op(ctx), &[id?]).await?.pop().ok_or(Error::NotFound)?;
    Ok(Referral::shown(ctx, row))
}

#[derive(Default)]
pub(in crate::graphql) struct RollMutation;

#[Object]
impl RollMutation {
    /// Proposes, for a school, to remove the child's name from its roll. For those who work the case. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn propose_removal(&self, ctx: &Context<'_>, input: ProposeRemovalInput) -> Result<Case, Error> {
        let ProposeRemovalInput { case, school_urn, proposal } = input;
        changed(ctx, command::propose(op(ctx), case, school_urn, proposal.into()).await).await
    }

    /// Withdraws a proposal to remove a name: it stays on the roll, and the school is told. For those who work the
    /// case. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn withdraw_removal(&self, ctx: &Context<'_>, input: WithdrawRemovalInput) -> Result<Case, Error> {
        let WithdrawRemovalInput { case, version, removal, reason } = input;
        let removal = id(&removal)?;
        changed(ctx, command::withdraw(op(ctx), Target { case, version }, removal, reason).await).await
    }

    /// Records the joint enquiry of school and authority for a proposal under H or I. For those who work the case.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn record_joint_enquiry(&self, ctx: &Context<'_>, input: RecordJointEnquiryInput) -> Result<Case, Error> {
        let RecordJointEnquiryInput {
            case,
            version,
            removal,
            authority,
            school,
            outcome,
            school_agrees,
            authority_agrees,
            note,
        } = input;
        let typed = decide::RecordJointEnquiry { authority, school, outcome, school_agrees, authority_agrees, note };
        changed(ctx, command::enquire(op(ctx), Target { case, version }, id(&removal)?, typed).await).await
    }

    /// Takes the authority's view of a proposal to remove a name, which the school is told. For CME officers and managers.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn decide_removal(&self, ctx: &Context<'_>, input: DecideRemovalInput) -> Result<Case, Error> {
        let DecideRemovalInput { case, version, removal, decision, from, reason } = input;
        let typed = decide::DecideRemoval { decision, from: from.unwrap_or_default(), reason };
        changed(ctx, command::decide(op(ctx), Target { case, version }, id(&removal)?, typed).await).await
    }

    /// Takes a deletion return that a school gave in another way, by which the name is removed. A child on a roll is
    /// missing education from that day, unless other education is on file. For those who work the case. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn remove_name(&self, ctx: &Context<'_>, input: RemoveNameInput) -> Result<Case, Error> {
        let RemoveNameInput { case, version, removal, told } = input;
        let removal = id(&removal)?;
        changed(ctx, command::remove(op(ctx), Target { case, version }, removal, told.into()).await).await
    }

    /// Notes that the new-pupil return for a placement came, or that none is owed. For those who work the case. Refused
    /// with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn return_new_pupil(&self, ctx: &Context<'_>, input: ReturnNewPupilInput) -> Result<Case, Error> {
        let ReturnNewPupilInput { case, placement, on, exempt } = input;
        let typed = decide::RecordNewPupilReturn { placement: id(&placement)?, on, exempt };
        changed(ctx, command::return_new_pupil(op(ctx), case, typed).await).await
    }

    /// Proposes to remove the child's name from the roll of the viewer's school. For contacts of the school, on a referral
    /// that was opened as a case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn propose_own_removal(&self, ctx: &Context<'_>, input: ProposeOwnRemovalInput) -> Result<Referral, Error> {
        let ProposeOwnRemovalInput { referral, proposal } = input;
        referral_after(ctx, command::propose_for_school(op(ctx), referral, proposal.into()).await).await
    }

    /// Withdraws a proposal of the viewer's school. For contacts of the school. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn withdraw_own_removal(&self, ctx: &Context<'_>, input: WithdrawOwnRemovalInput) -> Result<Referral, Error> {
        let WithdrawOwnRemovalInput { referral, removal, reason } = input;
        let withdrawn = command::withdraw_for_school(op(ctx), referral, id(&removal)?, reason).await;
        referral_after(ctx, withdrawn).await
    }

    /// Gives the deletion return of the viewer's school, by which the name is removed; refused while anything lacks, with
    /// all that lacks. For contacts of the school. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn send_deletion_return(&self, ctx: &Context<'_>, input: SendDeletionReturnInput) -> Result<Referral, Error> {
        let SendDeletionReturnInput { referral, removal, told } = input;
        let sent = command::remove_for_school(op(ctx), referral, id(&removal)?, told.into()).await;
        referral_after(ctx, sent).await
    }

    /// Says that the viewer's school has returned a new pupil, whether or not it ever referred the child. For contacts
    /// of the school. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn send_new_pupil_return(
        &self,
        ctx: &Context<'_>,
        input: SendNewPupilReturnInput,
    ) -> Result<NewPupil, Error> {
        let SendNewPupilReturnInput { new_pupil, on, exempt } = input;
        let typed = decide::RecordNewPupilReturn { placement: id(&new_pupil)?, on, exempt };
        let placement = command::return_new_pupil_for_school(op(ctx), typed).await?;
        let school = contact_of(op(ctx))?.school;
        NewPupil::at(ctx, school, Some(placement)).await?.pop().ok_or(Error::NotFound)
    }
}
