//! One entry for each field at the root: what to ask, what shows that it was answered, and to whom it opens.
//!
//! A change is tried with input that has a fault which is found only after the right was decided, so that trying it
//! changes nothing.

use acceptance::prelude::*;

use super::Who::{self, Anybody, Partner, School, Staff};
use super::World;

const OFFICER: Who = Staff(StaffRole::CmeOfficer);
const WELFARE: Who = Staff(StaffRole::EducationWelfareOfficer);
const MANAGER: Who = Staff(StaffRole::Manager);
const MASH: Who = Staff(StaffRole::MashLiaison);
const ADMIN: Who = Staff(StaffRole::Administrator);
const ANALYST: Who = Staff(StaffRole::Analyst);
const AUDITOR: Who = Staff(StaffRole::Auditor);

const EVERYBODY: &[Who] = &[
    Anybody,
    School,
    Who::PartnerWithoutScope,
    OFFICER,
    WELFARE,
    MANAGER,
    MASH,
    ADMIN,
    ANALYST,
    AUDITOR,
    Partner(Scope::ReferralCreate),
    Partner(Scope::ChildLookup),
    Partner(Scope::CaseSharedRead),
    Partner(Scope::EnquiryAnswer),
    Partner(Scope::EscalationAnswer),
    Partner(Scope::StatisticsRead),
];
const REPORTERS: &[Who] =
    &[Anybody, School, OFFICER, WELFARE, MANAGER, MASH, ADMIN, ANALYST, AUDITOR, Partner(Scope::ReferralCreate)];
const READERS_OF_SCHOOLS: &[Who] = &[School, OFFICER, WELFARE, MANAGER, MASH, ADMIN, ANALYST, AUDITOR];
const READERS_OF_LISTS: &[Who] = &[
    OFFICER,
    WELFARE,
    MANAGER,
    MASH,
    ANALYST,
    Partner(Scope::CaseSharedRead),
    Partner(Scope::EnquiryAnswer),
    Partner(Scope::EscalationAnswer),
    Partner(Scope::StatisticsRead),
];
const CASEWORKERS: &[Who] = &[OFFICER, WELFARE, MANAGER];
const DECIDERS: &[Who] = &[OFFICER, MANAGER];
const CONTACT_MANAGERS: &[Who] = &[OFFICER, MANAGER, ADMIN];
/// Who needs no second person to let a contact in again.
const DECIDE_ALONE: &[Who] = &[MANAGER, ADMIN];
const PROPOSAL_READERS: &[Who] = &[OFFICER, MANAGER, ADMIN, Who::HeadTeacher];
const READERS_OF_REFERRALS: &[Who] = &[OFFICER, WELFARE, MANAGER, MASH, School];

/// One field at the root.
pub(super) struct Door {
    /// Its name.
    pub(super) field: &'static str,
    /// What to ask.
    pub(super) document: &'static str,
    /// With what.
    pub(super) variables: fn(&World) -> Value,
    /// Where in the answer something stands for those it opens to.
    pub(super) shows: &'static str,
    /// To whom it opens.
    pub(super) opens_to: &'static [Who],
}

const fn door(
    field: &'static str,
    opens_to: &'static [Who],
    shows: &'static str,
    document: &'static str,
    variables: fn(&World) -> Value,
) -> Door {
    Door { field, document, variables, shows, opens_to }
}

/// A change to the account of the manager, as nobody has seen it.
fn to_staff(world: &World, more: Value) -> Value {
    input(json!({ "id": world.manager.to_string(), "version": 0 }), more)
}

/// What is added to the case: its input is the reference and `more`.
fn into_case(world: &World, more: Value) -> Value {
    input(json!({ "case": world.case.reference }), more)
}

/// A change to the case: its input is the reference, the version, and `more`.
fn to_case(world: &World, more: Value) -> Value {
    input(json!({ "case": world.case.reference, "version": world.case.version }), more)
}

/// A change to the case with a matter of a roll: its input is the reference, the version, the matter, and `more`.
fn to_roll(world: &World, more: Value) -> Value {
    let case = &world.rolled.case;
    input(json!({ "case": case.reference, "version": case.version, "removal": world.rolled.removal }), more)
}

/// A change by the school to its own roll.
fn to_own_roll(world: &World, more: Value) -> Value {
    input(json!({ "referral": world.rolled.referral }), more)
}

/// A proposal that says nothing.
fn no_proposal() -> Value {
    json!({ "conditions": [], "tried": [] })
}

/// A deletion return that says nothing.
fn no_return() -> Value {
    let nothing = json!({ "known": "", "notObtained": "" });
    json!({ "removedOn": "", "fullName": nothing, "address": nothing, "parents": [] })
}

/// A decision on the referral.
fn to_referral(world: &World, more: Value) -> Value {
    input(json!({ "referral": world.referral.reference, "version": world.referral.version }), more)
}

/// A change to the contact.
fn to_contact(world: &World, more: Value) -> Value {
    input(json!({ "id": world.school.id.to_string(), "version": 1 }), more)
}

fn input(mut target: Value, more: Value) -> Value {
    let (Some(target_fields), Value::Object(more)) = (target.as_object_mut(), more) else {
        unreachable!("both are objects")
    };
    target_fields.extend(more);
    json!({ "input": target })
}

/// A change to the agency as nobody saw it, so that it is never made.
fn to_agency(world: &World, more: Value) -> Value {
    input(json!({ "agency": world.agency, "version": 0 }), more)
}

fn nobody() -> String {
    uuid::Uuid::nil().to_string()
}

fn nothing(_: &World) -> Value {
    json!({})
}

/// Every field at the root.
pub(super) static DOORS: &[Door] = &[
    door("viewer", EVERYBODY, "/viewer/kind", "{ viewer { kind } }", nothing),
    door(
        "case",
        &[
            OFFICER,
            WELFARE,
            MANAGER,
            MASH,
            Partner(Scope::CaseSharedRead),
            Partner(Scope::EnquiryAnswer),
            Partner(Scope::EscalationAnswer),
        ],
        "/case/reference",
        "query($reference: String!) { case(reference: $reference) { reference } }",
        |world| json!({ "reference": world.case.reference }),
    ),
    door(
        "cases",
        READERS_OF_LISTS,
        "/cases/count/display",
        "{ cases { nodes { reference } count { display } } }",
        nothing,
    ),
    door(
        "caseStatistics",
        &[OFFICER, WELFARE, MANAGER, ANALYST, Partner(Scope::StatisticsRead)],
        "/caseStatistics",
        "{ caseStatistics(by: STATE) { code count { display } } }",
        nothing,
    ),
    door(
        "yearStatistics",
        &[OFFICER, WELFARE, MANAGER, ANALYST, Partner(Scope::StatisticsRead)],
        "/yearStatistics/children",
        "{ yearStatistics(begins: 2025) { children { display } episodes { display } } }",
        nothing,
    ),
    door("clocks", &[OFFICER, WELFARE, MANAGER, MASH], "/clocks/more", "{ clocks { more } }", nothing),
    door(
        "clockRules",
        &[OFFICER, WELFARE, MANAGER, MASH, ADMIN],
        "/clockRules",
        "{ clockRules { kind length } }",
        nothing,
    ),
    door(
        "childLookup",
        &[Partner(Scope::ChildLookup)],
        "/childLookup/matched",
        "query($input: ChildLookupInput!) { childLookup(input: $input) { matched } }",
        |_| {
            json!({ "input": {
                "familyName": "Quillfeather", "givenNames": "Zephyrine", "dateOfBirth": "2015-03-14",
                "purpose": "Registration", "reference": "H-1",
            } })
        },
    ),
    door(
        "referral",
        READERS_OF_REFERRALS,
        "/referral/reference",
        "query($reference: String!) { referral(reference: $reference) { reference } }",
        |world| json!({ "reference": world.referral.reference }),
    ),
    door("referrals", READERS_OF_REFERRALS, "/referrals/nodes", "{ referrals { nodes { reference } } }", nothing),
    door(
        "heldReports",
        DECIDERS,
        "/heldReports/count/display",
        "{ heldReports { nodes { reference } count { display } } }",
        nothing,
    ),
    door(
        "heldReport",
        DECIDERS,
        "/heldReport/reference",
        "query($reference: String!) { heldReport(reference: $reference) { reference } }",
        |world| json!({ "reference": world.held }),
    ),
    door(
        "undeliveredMail",
        &[ADMIN, MANAGER],
        "/undeliveredMail/count/display",
        "{ undeliveredMail(state: WAITING) { nodes { kind recipient fault } count { display } } }",
        nothing,
    ),
    // No mail has this id, and none has failed.
    door(
        "sendMailAgain",
        &[],
        "/sendMailAgain/count",
        "mutation($input: SendMailAgainInput!) { sendMailAgain(input: $input) { count } }",
        |_| json!({ "input": { "id": nobody() } }),
    ),
    door(
        "releaseHeldMail",
        &[ADMIN, MANAGER],
        "/releaseHeldMail/count",
        "mutation { releaseHeldMail { count } }",
        nothing,
    ),
    door(
        "sendFailedMailAgain",
        &[ADMIN, MANAGER],
        "/sendFailedMailAgain/count",
        "mutation { sendFailedMailAgain { count } }",
        nothing,
    ),
    door(
        "takeInHeldReport",
        DECIDERS,
        "/takeInHeldReport/reference",
        "mutation($input: TakeInHeldReportInput!) { takeInHeldReport(input: $input) { reference } }",
        |world| json!({ "input": { "reference": world.held } }),
    ),
    door(
        "putAsideHeldReport",
        DECIDERS,
        "/putAsideHeldReport/reference",
        "mutation($input: PutAsideHeldReportInput!) { putAsideHeldReport(input: $input) { reference } }",
        |world| json!({ "input": { "reference": world.held, "reason": "" } }),
    ),
    door(
        "draft",
        &[School],
        "/draft/id",
        "query($id: ID!) { draft(id: $id) { id } }",
        |world| json!({ "id": world.draft }),
    ),
    door("drafts", &[School], "/drafts", "{ drafts { id } }", nothing),
    door(
        "school",
        READERS_OF_SCHOOLS,
        "/school/name",
        "query($urn: String!) { school(urn: $urn) { name } }",
        |world| json!({ "urn": world.school.school.urn }),
    ),
    door("schools", READERS_OF_SCHOOLS, "/schools/nodes", "{ schools { nodes { urn } } }", nothing),
    door(
        "schoolContact",
        CONTACT_MANAGERS,
        "/schoolContact/email",
        "query($id: ID!) { schoolContact(id: $id) { email } }",
        |world| json!({ "id": world.school.id.to_string() }),
    ),
    door(
        "schoolContacts",
        CONTACT_MANAGERS,
        "/schoolContacts/nodes",
        "{ schoolContacts { nodes { email } } }",
        nothing,
    ),
    door("ownSchoolContacts", &[Who::HeadTeacher], "/ownSchoolContacts", "{ ownSchoolContacts { id } }", nothing),
    door(
        "contactProposal",
        PROPOSAL_READERS,
        "/contactProposal/id",
        "query($id: ID!) { contactProposal(id: $id) { id } }",
        |world| json!({ "id": world.proposal }),
    ),
    door(
        "contactProposals",
        PROPOSAL_READERS,
        "/contactProposals/nodes",
        "{ contactProposals { nodes { id } } }",
        nothing,
    ),
    door(
        "draftsOfClosedSchools",
        CONTACT_MANAGERS,
        "/draftsOfClosedSchools",
        "{ draftsOfClosedSchools { id } }",
        nothing,
    ),
    door("officers", &[OFFICER, WELFARE, MANAGER, MASH], "/officers", "{ officers { id name } }", nothing),
    door(
        "restrictedCase",
        CASEWORKERS,
        "/restrictedCase/reference",
        "query($reference: String!) { restrictedCase(reference: $reference) { reference } }",
        |world| json!({ "reference": world.restricted.reference }),
    ),
    door("brokenGlass", &[MANAGER], "/brokenGlass/nodes", "{ brokenGlass { nodes { id } } }", nothing),
    door("accessNotes", &[AUDITOR], "/accessNotes/nodes", "{ accessNotes { nodes { id } } }", nothing),
    door("newPupils", &[School], "/newPupils", "{ newPupils { id } }", nothing),
    door("events", &[AUDITOR], "/events/nodes", "{ events { nodes { id } } }", nothing),
    door(
        "childAccess",
        &[AUDITOR],
        "/childAccess/reference",
        "query($reference: String!) { childAccess(reference: $reference) { reference } }",
        |world| json!({ "reference": world.case.reference }),
    ),
    door("chainVerdict", &[AUDITOR], "/chainVerdict/sound", "{ chainVerdict { sound } }", nothing),
    door("accessNoteExport", &[AUDITOR], "/accessNoteExport/csv", "{ accessNoteExport { csv } }", nothing),
    door(
        "restrictCase",
        &[MANAGER],
        "/restrictCase/reference",
        "mutation($input: RestrictCaseInput!) { restrictCase(input: $input) { reference } }",
        |world| to_case(world, json!({ "restriction": null, "reason": "" })),
    ),
    door(
        "liftRestriction",
        &[MANAGER],
        "/liftRestriction/reference",
        "mutation($input: LiftRestrictionInput!) { liftRestriction(input: $input) { reference } }",
        |world| to_case(world, json!({ "reason": "" })),
    ),
    door(
        "addReader",
        &[MANAGER],
        "/addReader/reference",
        "mutation($input: CaseReaderInput!) { addReader(input: $input) { reference } }",
        |world| to_case(world, json!({ "staff": null })),
    ),
    door(
        "removeReader",
        &[MANAGER],
        "/removeReader/reference",
        "mutation($input: CaseReaderInput!) { removeReader(input: $input) { reference } }",
        |world| to_case(world, json!({ "staff": null })),
    ),
    door(
        "breakGlass",
        CASEWORKERS,
        "/breakGlass/reference",
        "mutation($input: BreakGlassInput!) { breakGlass(input: $input) { reference } }",
        |world| json!({ "input": { "case": world.restricted.reference, "reason": "" } }),
    ),
    // Only whoever broke it can end it, and nobody here did.
    door(
        "mendGlass",
        &[],
        "/mendGlass/id",
        "mutation($input: MendGlassInput!) { mendGlass(input: $input) { id } }",
        |world| json!({ "input": { "id": world.glass } }),
    ),
    door(
        "reviewGlass",
        &[MANAGER],
        "/reviewGlass/id",
        "mutation($input: ReviewGlassInput!) { reviewGlass(input: $input) { id } }",
        |world| json!({ "input": { "id": world.glass, "finding": "" } }),
    ),
    door(
        "startDraft",
        &[School],
        "/startDraft/id",
        "mutation($input: StartDraftInput!) { startDraft(input: $input) { id } }",
        |_| json!({ "input": { "answers": [] } }),
    ),
    door(
        "saveDraft",
        &[School],
        "/saveDraft/id",
        "mutation($input: SaveDraftInput!) { saveDraft(input: $input) { id } }",
        |world| json!({ "input": { "id": world.draft, "version": 1, "answers": [], "fields": [{ "field": "ground" }] } }),
    ),
    door(
        "sendDraft",
        &[School],
        "/sendDraft/reference",
        "mutation($input: SendDraftInput!) { sendDraft(input: $input) { reference } }",
        |world| json!({ "input": { "id": world.draft, "version": 1, "declaration": false } }),
    ),
    door("reportFaults", EVERYBODY, "/reportFaults/0/field", "query { reportFaults(answers: []) { field } }", |_| {
        json!({})
    }),
    door(
        "sendReport",
        REPORTERS,
        "/sendReport/reference",
        "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }",
        |_| json!({ "input": { "key": "too short", "answers": [] } }),
    ),
    door(
        "openCase",
        DECIDERS,
        "/openCase/reference",
        "mutation($input: OpenCaseInput!) { openCase(input: $input) { reference } }",
        |world| to_referral(world, json!({ "rationale": "" })),
    ),
    door(
        "joinCase",
        DECIDERS,
        "/joinCase/reference",
        "mutation($input: JoinCaseInput!) { joinCase(input: $input) { reference } }",
        |world| to_referral(world, json!({ "case": "" })),
    ),
    door(
        "redirectReferral",
        DECIDERS,
        "/redirectReferral/reference",
        "mutation($input: RedirectReferralInput!) { redirectReferral(input: $input) { reference } }",
        |world| to_referral(world, json!({ "reason": "" })),
    ),
    door("removalGrounds", READERS_OF_SCHOOLS, "/removalGrounds", "{ removalGrounds { letter } }", |_| json!({})),
    door(
        "proposeRemoval",
        CASEWORKERS,
        "/proposeRemoval/reference",
        "mutation($input: ProposeRemovalInput!) { proposeRemoval(input: $input) { reference } }",
        |world| input(json!({ "case": world.rolled.case.reference }), json!({ "proposal": no_proposal() })),
    ),
    door(
        "withdrawRemoval",
        CASEWORKERS,
        "/withdrawRemoval/reference",
        "mutation($input: WithdrawRemovalInput!) { withdrawRemoval(input: $input) { reference } }",
        |world| to_roll(world, json!({ "reason": "" })),
    ),
    door(
        "recordJointEnquiry",
        CASEWORKERS,
        "/recordJointEnquiry/reference",
        "mutation($input: RecordJointEnquiryInput!) { recordJointEnquiry(input: $input) { reference } }",
        |world| {
            let nothing =
                json!({ "authority": [], "school": [], "note": "", "schoolAgrees": false, "authorityAgrees": false });
            to_roll(world, nothing)
        },
    ),
    door(
        "decideRemoval",
        DECIDERS,
        "/decideRemoval/reference",
        "mutation($input: DecideRemovalInput!) { decideRemoval(input: $input) { reference } }",
        |world| to_roll(world, json!({ "reason": "" })),
    ),
    door(
        "removeName",
        CASEWORKERS,
        "/removeName/reference",
        "mutation($input: RemoveNameInput!) { removeName(input: $input) { reference } }",
        |world| to_roll(world, json!({ "told": no_return() })),
    ),
    door(
        "returnNewPupil",
        CASEWORKERS,
        "/returnNewPupil/reference",
        "mutation($input: ReturnNewPupilInput!) { returnNewPupil(input: $input) { reference } }",
        |world| into_case(world, json!({ "placement": world.placement, "on": "", "exempt": false })),
    ),
    door(
        "proposeOwnRemoval",
        &[School],
        "/proposeOwnRemoval/reference",
        "mutation($input: ProposeOwnRemovalInput!) { proposeOwnRemoval(input: $input) { reference } }",
        |world| to_own_roll(world, json!({ "proposal": no_proposal() })),
    ),
    door(
        "withdrawOwnRemoval",
        &[School],
        "/withdrawOwnRemoval/reference",
        "mutation($input: WithdrawOwnRemovalInput!) { withdrawOwnRemoval(input: $input) { reference } }",
        |world| to_own_roll(world, json!({ "removal": world.rolled.removal, "reason": "" })),
    ),
    door(
        "sendDeletionReturn",
        &[School],
        "/sendDeletionReturn/reference",
        "mutation($input: SendDeletionReturnInput!) { sendDeletionReturn(input: $input) { reference } }",
        |world| to_own_roll(world, json!({ "removal": world.rolled.removal, "told": no_return() })),
    ),
    door(
        "sendNewPupilReturn",
        &[School],
        "/sendNewPupilReturn/id",
        "mutation($input: SendNewPupilReturnInput!) { sendNewPupilReturn(input: $input) { id } }",
        |world| json!({ "input": { "newPupil": world.rolled.new_pupil, "on": "", "exempt": false } }),
    ),
    door(
        "acknowledgeReferral",
        DECIDERS,
        "/acknowledgeReferral/reference",
        "mutation($input: AcknowledgeReferralInput!) { acknowledgeReferral(input: $input) { reference } }",
        |world| to_referral(world, json!({ "by": "", "acknowledgedAs": "", "on": "" })),
    ),
    door(
        "addToReferral",
        &[School],
        "/addToReferral/reference",
        "mutation($input: AddToReferralInput!) { addToReferral(input: $input) { reference } }",
        |world| json!({ "input": { "referral": world.referral.reference, "text": "" } }),
    ),
    door(
        "withdrawReferral",
        &[School],
        "/withdrawReferral/reference",
        "mutation($input: WithdrawReferralInput!) { withdrawReferral(input: $input) { reference } }",
        |world| to_referral(world, json!({ "reason": "" })),
    ),
    door(
        "takeBackReferral",
        DECIDERS,
        "/takeBackReferral/reference",
        "mutation($input: TakeBackReferralInput!) { takeBackReferral(input: $input) { reference } }",
        |world| to_referral(world, json!({ "reason": "" })),
    ),
    door(
        "judgeAnotherChild",
        DECIDERS,
        "/judgeAnotherChild/reference",
        "mutation($input: JudgeAnotherChildInput!) { judgeAnotherChild(input: $input) { reference } }",
        |world| to_referral(world, json!({ "other": "nobody" })),
    ),
    door(
        "lookAgain",
        DECIDERS,
        "/lookAgain/reference",
        "mutation($input: LookAgainInput!) { lookAgain(input: $input) { reference } }",
        |world| to_referral(world, json!({ "other": "nobody" })),
    ),
    door(
        "assignCase",
        DECIDERS,
        "/assignCase/reference",
        "mutation($input: AssignCaseInput!) { assignCase(input: $input) { reference } }",
        |world| to_case(world, json!({ "officer": uuid::Uuid::nil().to_string() })),
    ),
    door(
        "recordEnquiry",
        CASEWORKERS,
        "/recordEnquiry/reference",
        "mutation($input: RecordEnquiryInput!) { recordEnquiry(input: $input) { reference } }",
        |world| into_case(world, json!({ "askedOf": "", "askedOn": "", "dueOn": "", "note": "" })),
    ),
    door(
        "answerEnquiry",
        &[OFFICER, WELFARE, MANAGER, Partner(Scope::EnquiryAnswer)],
        "/answerEnquiry/reference",
        "mutation($input: AnswerEnquiryInput!) { answerEnquiry(input: $input) { reference } }",
        |world| into_case(world, json!({ "enquiry": world.enquiry, "answeredOn": "", "answer": "" })),
    ),
    door(
        "detachReferral",
        CASEWORKERS,
        "/detachReferral/reference",
        "mutation($input: DetachReferralInput!) { detachReferral(input: $input) { reference } }",
        |world| into_case(world, json!({ "referral": "", "reason": "" })),
    ),
    door(
        "withdrawEnquiry",
        CASEWORKERS,
        "/withdrawEnquiry/reference",
        "mutation($input: WithdrawEnquiryInput!) { withdrawEnquiry(input: $input) { reference } }",
        |world| into_case(world, json!({ "enquiry": world.enquiry, "reason": "" })),
    ),
    door(
        "addNote",
        CASEWORKERS,
        "/addNote/reference",
        "mutation($input: AddNoteInput!) { addNote(input: $input) { reference } }",
        |world| into_case(world, json!({ "text": "" })),
    ),
    door(
        "recordSighting",
        CASEWORKERS,
        "/recordSighting/reference",
        "mutation($input: RecordSightingInput!) { recordSighting(input: $input) { reference } }",
        |world| into_case(world, json!({ "on": "", "source": "" })),
    ),
    door(
        "strikeSighting",
        CASEWORKERS,
        "/strikeSighting/reference",
        "mutation($input: StrikeSightingInput!) { strikeSighting(input: $input) { reference } }",
        |world| into_case(world, json!({ "on": "", "reason": "" })),
    ),
    door(
        "nameSibling",
        CASEWORKERS,
        "/nameSibling/reference",
        "mutation($input: NameSiblingInput!) { nameSibling(input: $input) { reference } }",
        |world| into_case(world, json!({ "name": "", "source": "" })),
    ),
    door(
        "strikeSibling",
        CASEWORKERS,
        "/strikeSibling/reference",
        "mutation($input: StrikeSiblingInput!) { strikeSibling(input: $input) { reference } }",
        |world| into_case(world, json!({ "name": "", "reason": "" })),
    ),
    door(
        "recordParent",
        CASEWORKERS,
        "/recordParent/reference",
        "mutation($input: RecordParentInput!) { recordParent(input: $input) { reference } }",
        |world| to_case(world, json!({ "name": "", "source": "", "reason": "" })),
    ),
    door(
        "changeWhereabouts",
        CASEWORKERS,
        "/changeWhereabouts/reference",
        "mutation($input: ChangeWhereaboutsInput!) { changeWhereabouts(input: $input) { reference } }",
        |world| to_case(world, json!({ "reason": "" })),
    ),
    door(
        "raiseEscalation",
        CASEWORKERS,
        "/raiseEscalation/reference",
        "mutation($input: RaiseEscalationInput!) { raiseEscalation(input: $input) { reference } }",
        |world| into_case(world, json!({ "concern": "", "rationale": "" })),
    ),
    door(
        "answerEscalation",
        &[OFFICER, MANAGER, MASH, Partner(Scope::EscalationAnswer)],
        "/answerEscalation/id",
        "mutation($input: AnswerEscalationInput!) { answerEscalation(input: $input) { id } }",
        |world| input(json!({ "escalation": world.escalation }), json!({ "mashReference": "", "answer": "" })),
    ),
    door(
        "acknowledgeEscalation",
        &[OFFICER, MANAGER, MASH, Partner(Scope::EscalationAnswer)],
        "/acknowledgeEscalation/id",
        "mutation($input: AcknowledgeEscalationInput!) { acknowledgeEscalation(input: $input) { id } }",
        |world| input(json!({ "escalation": world.escalation }), json!({ "name": "Robin" })),
    ),
    door(
        "rateEscalation",
        &[MANAGER, MASH, Partner(Scope::EscalationAnswer)],
        "/rateEscalation/id",
        "mutation($input: RateEscalationInput!) { rateEscalation(input: $input) { id } }",
        |world| input(json!({ "escalation": world.escalation }), json!({})),
    ),
    door(
        "confirmEscalation",
        &[MANAGER, MASH, Partner(Scope::EscalationAnswer)],
        "/confirmEscalation/id",
        "mutation($input: ConfirmEscalationInput!) { confirmEscalation(input: $input) { id } }",
        |world| input(json!({ "escalation": world.escalation }), json!({})),
    ),
    door(
        "acknowledgeByLink",
        EVERYBODY,
        "/acknowledgeByLink/acknowledged",
        "mutation($input: AcknowledgeByLinkInput!) { acknowledgeByLink(input: $input) { acknowledged } }",
        |world| input(json!({ "token": world.alert }), json!({})),
    ),
    door(
        "escalation",
        &[OFFICER, WELFARE, MANAGER, MASH, Partner(Scope::EscalationAnswer)],
        "/escalation/id",
        "query($id: ID!) { escalation(id: $id) { id } }",
        |world| json!({ "id": world.escalation }),
    ),
    door(
        "escalations",
        &[OFFICER, WELFARE, MANAGER, MASH, Partner(Scope::EscalationAnswer)],
        "/escalations/more",
        "{ escalations(stage: RAISED) { more nodes { id } } }",
        nothing,
    ),
    door(
        "escalationCounts",
        &[OFFICER, WELFARE, MANAGER, MASH],
        "/escalationCounts/0/count",
        "{ escalationCounts { stage count } }",
        nothing,
    ),
    door(
        "recordPlacement",
        CASEWORKERS,
        "/recordPlacement/reference",
        "mutation($input: RecordPlacementInput!) { recordPlacement(input: $input) { reference } }",
        |world| to_case(world, json!({ "provider": "", "startsOn": "" })),
    ),
    door(
        "closeCase",
        DECIDERS,
        "/closeCase/reference",
        "mutation($input: CloseCaseInput!) { closeCase(input: $input) { reference } }",
        |world| to_case(world, json!({ "evidenceOn": "", "evidenceFrom": "", "note": "" })),
    ),
    door(
        "approveClosure",
        DECIDERS,
        "/approveClosure/reference",
        "mutation($input: ApproveClosureInput!) { approveClosure(input: $input) { reference } }",
        |world| to_case(world, json!({})),
    ),
    door(
        "declineClosure",
        DECIDERS,
        "/declineClosure/reference",
        "mutation($input: DeclineClosureInput!) { declineClosure(input: $input) { reference } }",
        |world| to_case(world, json!({ "reason": "" })),
    ),
    door(
        "decideStatus",
        CASEWORKERS,
        "/decideStatus/reference",
        "mutation($input: DecideStatusInput!) { decideStatus(input: $input) { reference } }",
        |world| to_case(world, json!({ "from": "", "source": "", "reason": "" })),
    ),
    door(
        "decideRoute",
        CASEWORKERS,
        "/decideRoute/reference",
        "mutation($input: DecideRouteInput!) { decideRoute(input: $input) { reference } }",
        |world| to_case(world, json!({ "from": "", "reason": "" })),
    ),
    door(
        "reviewCase",
        CASEWORKERS,
        "/reviewCase/reference",
        "mutation($input: ReviewCaseInput!) { reviewCase(input: $input) { reference } }",
        |world| into_case(world, json!({ "checked": [], "note": "" })),
    ),
    door(
        "correctChild",
        CASEWORKERS,
        "/correctChild/reference",
        "mutation($input: CorrectChildInput!) { correctChild(input: $input) { reference } }",
        |world| to_case(world, json!({ "source": "", "reason": "" })),
    ),
    door(
        "confirmAttendance",
        CASEWORKERS,
        "/confirmAttendance/reference",
        "mutation($input: ConfirmAttendanceInput!) { confirmAttendance(input: $input) { reference } }",
        |world| to_case(world, json!({ "placement": world.placement, "attendedOn": "", "source": "" })),
    ),
    door(
        "endPlacement",
        CASEWORKERS,
        "/endPlacement/reference",
        "mutation($input: EndPlacementInput!) { endPlacement(input: $input) { reference } }",
        |world| to_case(world, json!({ "placement": world.placement, "endedOn": "", "reason": "" })),
    ),
    door(
        "reopenCase",
        DECIDERS,
        "/reopenCase/reference",
        "mutation($input: ReopenCaseInput!) { reopenCase(input: $input) { reference } }",
        |world| to_case(world, json!({ "reason": "" })),
    ),
    door(
        "approveSchoolContact",
        CONTACT_MANAGERS,
        "/approveSchoolContact/id",
        "mutation($input: ApproveSchoolContactInput!) { approveSchoolContact(input: $input) { id } }",
        |_| json!({ "input": { "schoolUrn": "", "name": "", "job": "", "email": "" } }),
    ),
    door(
        "suspendSchoolContact",
        CONTACT_MANAGERS,
        "/suspendSchoolContact/id",
        "mutation($input: SuspendSchoolContactInput!) { suspendSchoolContact(input: $input) { id } }",
        |world| to_contact(world, json!({ "reason": "" })),
    ),
    door(
        "recordBounce",
        CONTACT_MANAGERS,
        "/recordBounce/id",
        "mutation($input: RecordBounceInput!) { recordBounce(input: $input) { id } }",
        |world| json!({ "input": { "id": world.school.id.to_string(), "version": 0 } }),
    ),
    door(
        "changeSchoolContactKind",
        CONTACT_MANAGERS,
        "/changeSchoolContactKind/id",
        "mutation($input: ChangeSchoolContactKindInput!) { changeSchoolContactKind(input: $input) { id } }",
        |world| to_contact(world, json!({})),
    ),
    door(
        "confirmApproval",
        &[School],
        "/confirmApproval/id",
        "mutation($input: ConfirmApprovalInput!) { confirmApproval(input: $input) { id } }",
        |world| json!({ "input": { "id": world.school.id.to_string() } }),
    ),
    door(
        "proposeContactChange",
        &[Who::HeadTeacher, OFFICER, MANAGER, ADMIN],
        "/proposeContactChange/id",
        "mutation($input: ProposeContactChangeInput!) { proposeContactChange(input: $input) { id } }",
        |_| json!({ "input": {} }),
    ),
    door(
        "approveProposal",
        CONTACT_MANAGERS,
        "/approveProposal/id",
        "mutation($input: ApproveProposalInput!) { approveProposal(input: $input) { id } }",
        |world| json!({ "input": { "id": world.proposal, "version": 0 } }),
    ),
    door(
        "declineProposal",
        CONTACT_MANAGERS,
        "/declineProposal/id",
        "mutation($input: DeclineProposalInput!) { declineProposal(input: $input) { id } }",
        |world| json!({ "input": { "id": world.proposal, "version": 1, "reason": "" } }),
    ),
    door(
        "reinstateSchoolContact",
        DECIDE_ALONE,
        "/reinstateSchoolContact/id",
        "mutation($input: ReinstateSchoolContactInput!) { reinstateSchoolContact(input: $input) { id } }",
        |world| to_contact(world, json!({})),
    ),
    door(
        "changeSchoolContactEmail",
        DECIDE_ALONE,
        "/changeSchoolContactEmail/id",
        "mutation($input: ChangeSchoolContactEmailInput!) { changeSchoolContactEmail(input: $input) { id } }",
        |world| to_contact(world, json!({ "email": "" })),
    ),
    door(
        "staff",
        &[ADMIN],
        "/staff/nodes",
        "{ staff { nodes { id name email state roles secondFactor lastSignInAt } } }",
        |_| json!({}),
    ),
    door(
        "staffMember",
        &[ADMIN],
        "/staffMember/id",
        "query($id: ID!) { staffMember(id: $id) { id openCases } }",
        |world| json!({ "id": world.manager.to_string() }),
    ),
    door(
        "inviteStaff",
        &[ADMIN],
        "/inviteStaff/account/id",
        "mutation($input: InviteStaffInput!) { inviteStaff(input: $input) { account { id } } }",
        |_| json!({ "input": { "name": "", "email": "", "roles": [] } }),
    ),
    door(
        "resendInvitation",
        &[ADMIN],
        "/resendInvitation/account/id",
        "mutation($input: StaffAccountInput!) { resendInvitation(input: $input) { account { id } } }",
        |world| to_staff(world, json!({})),
    ),
    door(
        "changeStaffRoles",
        &[ADMIN],
        "/changeStaffRoles/id",
        "mutation($input: ChangeStaffRolesInput!) { changeStaffRoles(input: $input) { id } }",
        |world| to_staff(world, json!({ "roles": [] })),
    ),
    door(
        "deactivateStaff",
        &[ADMIN],
        "/deactivateStaff/id",
        "mutation($input: DeactivateStaffInput!) { deactivateStaff(input: $input) { id } }",
        |world| to_staff(world, json!({})),
    ),
    door(
        "reactivateStaff",
        &[ADMIN],
        "/reactivateStaff/id",
        "mutation($input: StaffAccountInput!) { reactivateStaff(input: $input) { id } }",
        |world| to_staff(world, json!({})),
    ),
    door(
        "resetSecondFactor",
        &[ADMIN],
        "/resetSecondFactor/id",
        "mutation($input: StaffAccountInput!) { resetSecondFactor(input: $input) { id } }",
        |world| to_staff(world, json!({})),
    ),
    door(
        "unlockStaff",
        &[ADMIN],
        "/unlockStaff/id",
        "mutation($input: StaffAccountInput!) { unlockStaff(input: $input) { id } }",
        |world| to_staff(world, json!({})),
    ),
    door(
        "agency",
        &[ADMIN],
        "/agency/name",
        "query($id: ID!) { agency(id: $id) { name } }",
        |world| json!({ "id": world.agency }),
    ),
    door("agencies", &[ADMIN], "/agencies/nodes", "{ agencies { nodes { name } } }", nothing),
    door(
        "addAgency",
        &[ADMIN],
        "/addAgency/id",
        "mutation($input: AddAgencyInput!) { addAgency(input: $input) { id } }",
        |_| json!({ "input": { "name": "", "email": "" } }),
    ),
    door(
        "changeAgencyEmail",
        &[ADMIN],
        "/changeAgencyEmail/id",
        "mutation($input: ChangeAgencyEmailInput!) { changeAgencyEmail(input: $input) { id } }",
        |world| to_agency(world, json!({ "email": "" })),
    ),
    door(
        "makeAgreement",
        &[ADMIN],
        "/makeAgreement/id",
        "mutation($input: MakeAgreementInput!) { makeAgreement(input: $input) { id } }",
        |world| to_agency(world, json!({ "purpose": "", "scopes": [], "fields": [], "startsOn": "", "endsOn": "" })),
    ),
    door(
        "endAgreement",
        &[ADMIN],
        "/endAgreement/id",
        "mutation($input: EndAgreementInput!) { endAgreement(input: $input) { id } }",
        |world| to_agency(world, json!({ "agreement": nobody(), "reason": "" })),
    ),
    door(
        "registerClient",
        &[ADMIN],
        "/registerClient/id",
        "mutation($input: RegisterClientInput!) { registerClient(input: $input) { id } }",
        |world| {
            to_agency(
                world,
                json!({ "agreement": nobody(), "name": "", "scopes": [], "fields": [], "perMinute": 1, "perDay": 1, "networks": [] }),
            )
        },
    ),
    door(
        "changeClient",
        &[ADMIN],
        "/changeClient/id",
        "mutation($input: ChangeClientInput!) { changeClient(input: $input) { id } }",
        |world| {
            to_agency(
                world,
                json!({ "client": nobody(), "name": "", "scopes": [], "fields": [], "perMinute": 1, "perDay": 1, "networks": [] }),
            )
        },
    ),
    door(
        "pauseClient",
        &[ADMIN],
        "/pauseClient/id",
        "mutation($input: StopClientInput!) { pauseClient(input: $input) { id } }",
        |world| to_agency(world, json!({ "client": nobody(), "reason": "" })),
    ),
    door(
        "disableClient",
        &[ADMIN],
        "/disableClient/id",
        "mutation($input: StopClientInput!) { disableClient(input: $input) { id } }",
        |world| to_agency(world, json!({ "client": nobody(), "reason": "" })),
    ),
    door(
        "resumeClient",
        &[ADMIN],
        "/resumeClient/id",
        "mutation($input: ResumeClientInput!) { resumeClient(input: $input) { id } }",
        |world| to_agency(world, json!({ "client": nobody() })),
    ),
    door(
        "issueToken",
        &[ADMIN],
        "/issueToken/agency",
        "mutation($input: IssueTokenInput!) { issueToken(input: $input) { agency { id } } }",
        |world| to_agency(world, json!({ "client": nobody(), "expiresOn": "" })),
    ),
    door(
        "rotateToken",
        &[ADMIN],
        "/rotateToken/agency",
        "mutation($input: RotateTokenInput!) { rotateToken(input: $input) { agency { id } } }",
        |world| to_agency(world, json!({ "token": nobody(), "expiresOn": "", "atOnce": false })),
    ),
    door(
        "revokeToken",
        &[ADMIN],
        "/revokeToken/id",
        "mutation($input: RevokeTokenInput!) { revokeToken(input: $input) { id } }",
        |world| to_agency(world, json!({ "token": nobody(), "reason": "" })),
    ),
];
