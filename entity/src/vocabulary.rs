//! The code lists. A variant's one doc line is its label: it is what people read on pages, in mails and on the
//! timeline, and it travels to the frontend as the description in `schema.graphql`. Stored as `snake_case` text.
//!
//! What must not live here: what a code leads to. That is for `backend::domain`.

use async_graphql::resolver_utils::EnumType;
use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($($(#[doc = $about:literal])+ pub enum $name:ident { $(#[doc = $label:literal] $variant:ident,)+ })+) => {$(
        $(#[doc = $about])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumIter,
            DeriveActiveEnum, async_graphql::Enum,
        )]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(40))", rename_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $(#[doc = $label] $variant,)+ }

        impl $name {
            /// Every code, in the order in which people are shown them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The words a person reads.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label.trim_ascii()),+ }
            }

            /// The code as the API and forms spell it: `SCREAMING_SNAKE_CASE`.
            pub fn code(self) -> &'static str {
                Self::items().iter().find(|item| item.value == self).map_or("", |item| item.name)
            }

            /// The inverse of [`Self::code`].
            pub fn parse(code: &str) -> Option<Self> {
                Self::items().iter().find(|item| item.name == code).map(|item| item.value)
            }
        }
    )+};
}

vocabulary! {
    /// Where a case stands.
    pub enum CaseState {
        /// Joint enquiries, still on a roll
        Enquiry,
        /// Open
        Open,
        /// Placement under way
        Placement,
        /// Tracking: confirmation awaited
        TrackingOut,
        /// Closed
        Closed,
    }

    /// Whether the child is missing education by the statutory test (Education Act 1996 s.436A), which is a fact apart
    /// from the team that works the case.
    pub enum StatutoryStatus {
        /// Missing education
        Cme,
        /// Not missing education: on a school’s roll
        NotCmeOnRoll,
        /// Not missing education: suitable education otherwise
        NotCmeSuitableEducation,
        /// Not missing education: outside compulsory school age
        NotCmeOutsideAge,
        /// Not yet decided
        Undecided,
    }

    /// Why a statutory status holds; each goes with its own status.
    pub enum StatusGround {
        /// Name removed from a school’s roll
        DeletedFromRoll,
        /// On no roll that is known
        NoRollKnown,
        /// School place applied for, outcome awaited
        ApplicationAwaited,
        /// School place offered, not yet attended
        OfferedNotAttended,
        /// New to the area, no school place
        NewToArea,
        /// Home education found unsuitable
        HomeEducationUnsuitable,
        /// Education, health and care plan names no school
        PlanNamesNoSchool,
        /// Permanently excluded, nothing provided
        Excluded,
        /// Placement broke down
        PlacementBroken,
        /// On a school’s roll
        OnRoll,
        /// Attends a school again
        AttendsSchool,
        /// Home education suitable, or not yet assessed
        HomeEducation,
        /// Alternative provision suitable
        ProvisionSuitable,
        /// Below compulsory school age
        BelowAge,
        /// Over compulsory school age
        OverAge,
        /// Checks not finished
        ChecksUnderWay,
    }

    /// The team that works the case, which is a fact apart from the statutory status.
    pub enum ServiceRoute {
        /// Children missing education team
        CmeTeam,
        /// Admissions
        Admissions,
        /// Education welfare
        EducationWelfare,
        /// SEND team
        Send,
        /// Virtual school
        VirtualSchool,
    }

    /// What is known of where the child is.
    pub enum Whereabouts {
        /// Known: seen by a professional
        KnownConfirmed,
        /// Known: reported, not seen
        KnownReported,
        /// Believed moved within the UK
        BelievedMovedUk,
        /// Believed moved abroad
        BelievedMovedAbroad,
        /// Not known
        Unknown,
    }

    /// Where a referral stands.
    pub enum ReferralState {
        /// Awaiting triage
        Received,
        /// Opened as a case
        Opened,
        /// Added to a case already open
        Joined,
        /// Sent to another authority, which has not acknowledged it yet
        WithAuthority,
        /// Sent elsewhere
        Redirected,
        /// Withdrawn by the school
        Withdrawn,
    }

    /// How a referral reached the authority.
    pub enum ReferralOrigin {
        /// School
        School,
        /// Public or professional, unverified
        Public,
        /// Partner agency
        Partner,
    }

    /// Why a school refers.
    pub enum ReferralGround {
        /// No longer at the registered address, after joint enquiries
        NotAtAddress,
        /// Confirmed moved abroad
        MovedAbroad,
        /// Not back from leave by the agreed date
        NotBackFromLeave,
    }

    /// Where a referral that is not for this team goes.
    pub enum RedirectTo {
        /// Education welfare: on a roll and absent
        EducationWelfare,
        /// Elective home education
        ElectiveHomeEducation,
        /// Participation team: over compulsory school age
        Participation,
        /// Early years: under compulsory school age
        EarlyYears,
        /// School admissions
        Admissions,
        /// Another local authority
        OtherAuthority,
        /// No further action: already known and settled
        AlreadySettled,
    }

    /// An answer to a screening question. "Not known" is never treated as "no".
    pub enum Answer {
        /// Yes
        Yes,
        /// No
        No,
        /// Not known
        NotKnown,
    }

    /// How soon a person must look, most urgent first.
    pub enum Risk {
        /// Immediate danger
        Immediate,
        /// Risk of harm
        High,
        /// Needs screening
        Unscreened,
        /// No risk reported
        Standard,
    }

    /// Why a referral is risky.
    pub enum RiskReason {
        /// Child in immediate danger
        ImmediateDanger,
        /// Not confirmed that 999 was called
        CallNotConfirmed,
        /// Social care involved
        SocialCare,
        /// Signs of harm
        Harm,
        /// Forced marriage or honour-based abuse feared
        HonourAbuse,
        /// Danger not known
        DangerNotKnown,
        /// Social care involvement not known
        SocialCareNotKnown,
        /// Signs of harm not known
        HarmNotKnown,
        /// Not safe to visit the home
        HomeUnsafe,
        /// Not seen for four weeks or more
        LongUnseen,
        /// Brothers or sisters may be missing too
        Siblings,
        /// Under seven
        VeryYoung,
    }

    /// Sex as recorded.
    pub enum Sex {
        /// Female
        Female,
        /// Male
        Male,
        /// Not known
        Unknown,
    }

    /// Something that is known of a child.
    pub enum ChildFact {
        /// Last name
        FamilyName,
        /// First names
        GivenNames,
        /// Date of birth
        DateOfBirth,
        /// Sex
        Sex,
        /// Unique pupil number
        Upn,
        /// Why there is no unique pupil number
        UpnAbsence,
        /// NHS number
        NhsNumber,
        /// Last known address
        Address,
        /// Postcode
        Postcode,
        /// Address kept confidential
        AddressConfidential,
    }

    /// Why a child has no unique pupil number.
    pub enum UpnAbsence {
        /// Never in a state-funded school
        NeverInStateSchool,
        /// New to the country
        NewToCountry,
        /// Issued, but not to hand
        NotToHand,
        /// Not known
        NotKnown,
    }

    /// What a school did to find a child before referring.
    pub enum SchoolEnquiryKind {
        /// Home visit
        HomeVisit,
        /// Phone call
        PhoneCall,
        /// Text message
        Text,
        /// Email
        Email,
        /// Letter
        Letter,
        /// Emergency contact
        EmergencyContact,
        /// Neighbour or relative
        NeighbourOrRelative,
        /// School of a brother or sister
        SiblingsSchool,
        /// Another agency
        Agency,
    }

    /// Why nobody of the school visited the home.
    pub enum NoVisitReason {
        /// It is not safe to visit
        Unsafe,
        /// The address is outside the area
        OutsideArea,
        /// No address is known
        NoAddressKnown,
        /// A visit could do harm: forced marriage or honour-based abuse is feared
        ForcedMarriageOrHonour,
        /// Another agency asked the school not to visit
        AskedNotTo,
    }

    /// The law by which somebody who is asked about a child may tell us.
    pub enum LawfulGateway {
        /// Tax Credits Act 2002, schedule 5, paragraph 10A
        TaxCreditsAct,
        /// Another law
        Other,
    }

    /// What the school days of an absence are counted for.
    pub enum SchoolDayRule {
        /// The ten school days after leave (ground H)
        TenAfterLeave,
        /// Twenty school days of absence (ground I)
        TwentyAbsent,
    }

    /// Where a day lies against compulsory school age.
    pub enum AgeStanding {
        /// Under compulsory school age
        Below,
        /// Of compulsory school age
        Within,
        /// Over compulsory school age
        Over,
    }

    /// A tracing check that the authority makes.
    pub enum EnquiryKind {
        /// Council pupil records
        PupilRecords,
        /// Social care and early help
        SocialCare,
        /// Council tax, housing or benefits
        CouncilTaxHousing,
        /// School to School and lost pupil database
        SchoolToSchool,
        /// Get Information about Pupils
        GetInformationAboutPupils,
        /// Health
        Health,
        /// Police
        Police,
        /// Home Office or Border Force
        BorderForce,
        /// HMRC Child Benefit
        HmrcChildBenefit,
        /// Another local authority
        OtherAuthority,
        /// Overseas school or embassy
        Overseas,
        /// Home visit
        HomeVisit,
        /// Relatives and neighbours
        Relatives,
        /// Another source
        Other,
    }

    /// What a tracing enquiry came to.
    pub enum EnquiryFinding {
        /// Child located
        Located,
        /// New lead
        Lead,
        /// Nothing found
        NothingFound,
        /// No reply
        NoReply,
        /// Withdrawn: nothing was asked by it
        Withdrawn,
    }

    /// How serious a flag raised with the MASH is.
    pub enum EscalationLevel {
        /// Early help
        EarlyHelp,
        /// Child in need (s.17)
        ChildInNeed,
        /// Significant harm (s.47)
        SignificantHarm,
        /// Immediate danger
        ImmediateDanger,
    }

    /// What the MASH decided.
    pub enum MashDecision {
        /// No further action by social care
        NoFurtherAction,
        /// Early help
        EarlyHelp,
        /// Assessment as a child in need (s.17)
        Assessment,
        /// Strategy discussion
        StrategyDiscussion,
        /// Child protection enquiry (s.47)
        ChildProtection,
        /// Already open to social care
        AlreadyOpen,
    }

    /// How urgently the MASH works on a flag, as it rates it at first screening.
    pub enum MashRating {
        /// Red
        Red,
        /// Amber
        Amber,
        /// Green
        Green,
    }

    /// What a flag waits for.
    pub enum EscalationStage {
        /// To be acknowledged
        Raised,
        /// To be rated
        Acknowledged,
        /// To be decided
        Rated,
        /// To be confirmed
        Relayed,
        /// Answered
        Answered,
    }

    /// How the MASH acknowledged a flag.
    pub enum AcknowledgedBy {
        /// Signed in
        SignedIn,
        /// By the link in the alert
        Link,
        /// By its own system
        System,
        /// By telephone
        Telephone,
    }

    /// What becomes of what was decided of later days, when an earlier one is decided.
    pub enum LaterDecisions {
        /// It still holds
        Keep,
        /// It was wrong too
        Replace,
    }

    /// How somebody heard what the MASH said.
    pub enum Channel {
        /// By telephone
        Telephone,
        /// By email
        Email,
        /// In a meeting
        Meeting,
    }

    /// What is told of a child on a day.
    pub enum SightingKind {
        /// Seen
        Seen,
        /// At school
        AtSchool,
    }

    /// The kind of education a child is placed in.
    pub enum PlacementKind {
        /// State-funded school
        StateSchool,
        /// Independent school
        IndependentSchool,
        /// Alternative provision or education otherwise than at school
        AlternativeProvision,
        /// Elective home education found suitable
        HomeEducation,
    }

    /// How a case may end.
    pub enum Outcome {
        /// On the roll of a state-funded school
        OnRollState,
        /// On the roll of an independent school
        OnRollIndependent,
        /// Suitable alternative provision
        AlternativeProvisionSuitable,
        /// Suitable elective home education
        HomeEducationSuitable,
        /// Moved within the UK, confirmed
        MovedUkConfirmed,
        /// Moved abroad, confirmed
        MovedAbroadConfirmed,
        /// Over compulsory school age
        OverSchoolAge,
        /// Below compulsory school age
        BelowSchoolAge,
        /// Not resident here, confirmed
        NotResidentConfirmed,
        /// Referred in error: on a roll
        ReferredInError,
        /// Duplicate of another case
        Duplicate,
        /// Deceased
        Deceased,
        /// Untraced: reviewed, still open
        UntracedReview,
    }

    /// What proves an outcome.
    pub enum EvidenceKind {
        /// Confirmation from the school that the child is on roll
        SchoolConfirmation,
        /// New-pupil return from the school
        NewPupilReturn,
        /// Confirmation from the provider
        ProviderConfirmation,
        /// Home education assessment
        HomeEducationAssessment,
        /// Confirmation from the receiving authority
        AuthorityConfirmation,
        /// Confirmation from the school abroad
        OverseasSchoolConfirmation,
        /// Birth certificate or register entry
        DateOfBirthRecord,
        /// Confirmation of residence elsewhere
        ResidenceConfirmation,
        /// Official notice of death
        DeathNotice,
        /// Comparison of the two records
        RecordComparison,
        /// What the family told us
        FamilyAccount,
        /// Review of all enquiries by a manager
        ManagerReview,
    }

    /// Whether an approved address may be used.
    pub enum ContactState {
        /// Active
        Active,
        /// Suspended
        Suspended,
    }

    /// Whether a school is open.
    pub enum SchoolStatus {
        /// Open
        Open,
        /// Open, but proposed to close
        ProposedToClose,
        /// Proposed to open
        ProposedToOpen,
        /// Closed
        Closed,
    }

    /// What a member of staff may be; one person may hold several.
    pub enum StaffRole {
        /// CME officer
        CmeOfficer,
        /// Education welfare officer
        EducationWelfareOfficer,
        /// Manager
        Manager,
        /// MASH liaison
        MashLiaison,
        /// Administrator
        Administrator,
        /// Analyst
        Analyst,
        /// Auditor
        Auditor,
    }

    /// Whether a member of staff may sign in.
    pub enum StaffState {
        /// Invited
        Invited,
        /// Active
        Active,
        /// Deactivated
        Deactivated,
    }

    /// How a member of staff proves who they are.
    pub enum CredentialKind {
        /// Password
        Password,
        /// Authenticator app
        Totp,
        /// Recovery code
        RecoveryCode,
        /// Passkey
        Passkey,
        /// Single sign-on
        SingleSignOn,
    }

    /// What a link mailed to staff is for.
    pub enum StaffLinkPurpose {
        /// Invitation
        Invitation,
        /// Recovery
        Recovery,
    }

    /// What is under way while somebody proves who they are.
    pub enum CeremonyKind {
        /// A passkey is added
        PasskeyRegistration,
        /// A passkey is used
        PasskeySignIn,
        /// The council’s single sign-on is asked
        SingleSignOn,
    }

    /// What a school contact is at their school.
    pub enum ContactKind {
        /// Head teacher
        HeadTeacher,
        /// Lead contact
        Lead,
        /// Deputy
        Deputy,
    }

    /// What a head teacher proposes about a contact.
    pub enum ProposalKind {
        /// Add a contact
        Add,
        /// Remove a contact
        Remove,
        /// Change an address
        ChangeEmail,
        /// Reinstate a contact
        Reinstate,
    }

    /// Where a proposal stands.
    pub enum ProposalState {
        /// Awaiting a decision
        Proposed,
        /// Approved
        Approved,
        /// Declined
        Declined,
    }

    /// Why only its own readers may read a case.
    pub enum Restriction {
        /// Adopted child
        Adopted,
        /// Protected address or identity
        Protected,
        /// Relative of staff
        StaffRelative,
    }

    /// The lawful basis of an agreement (UK GDPR article 6(1), and annex 1 for a recognised legitimate interest).
    pub enum LawfulBasis {
        /// Legal obligation: article 6(1)(c)
        LegalObligation,
        /// Public task: article 6(1)(e)
        PublicTask,
        /// Vital interests: article 6(1)(d)
        VitalInterests,
        /// Recognised legitimate interest: article 6(1)(ea)
        RecognisedLegitimateInterest,
    }

    /// What an agreement lets a partner agency be shown, beyond that a matched child is known and where their case stands.
    pub enum SharedField {
        /// Family name
        FamilyName,
        /// Given names
        GivenNames,
        /// Date of birth
        DateOfBirth,
        /// Year group
        YearGroup,
        /// Sex
        Sex,
        /// Unique pupil number
        Upn,
        /// Whereabouts
        Whereabouts,
        /// When the case was opened and closed
        CaseDates,
        /// Enquiries put to the agency
        Enquiries,
        /// Flags raised with the MASH
        Escalations,
    }

    /// What an access note says was done.
    pub enum AccessAction {
        /// Shown
        Show,
        /// Searched
        Search,
        /// Handed to a partner agency
        Disclose,
        /// Exported
        Export,
        /// Signed in
        SignIn,
        /// Signed out
        SignOut,
        /// Refused
        Refuse,
        /// Asked the API
        Call,
        /// Read a restricted case by breaking the glass
        BreakGlass,
    }

    /// What an event says was done, of every stream: the kinds of all facts. A label tells nothing of what is in the
    /// fact.
    pub enum EventKind {
        /// Case opened
        CaseOpened,
        /// Another referral added
        ReferralJoined,
        /// Referral taken out of a case
        ReferralDetached,
        /// Case assigned, or taken from its officer
        CaseAssigned,
        /// Statutory status decided
        StatusDecided,
        /// Team decided
        RouteDecided,
        /// Case reviewed
        CaseReviewed,
        /// Brother or sister named
        SiblingNamed,
        /// Brother or sister struck out
        SiblingStruck,
        /// Parent or carer recorded
        ParentRecorded,
        /// Child’s facts added from a referral
        ChildFilledIn,
        /// Child’s facts corrected
        ChildCorrected,
        /// Enquiry made
        EnquiryRecorded,
        /// Enquiry answered
        EnquiryAnswered,
        /// Enquiry came back unanswered
        EnquiryReturned,
        /// Enquiry withdrawn
        EnquiryWithdrawn,
        /// Note added
        NoteAdded,
        /// Whereabouts changed
        WhereaboutsChanged,
        /// Sighting recorded
        SightingRecorded,
        /// Sighting struck out
        SightingStruck,
        /// Flag raised with the MASH
        EscalationRaised,
        /// Flag acknowledged by the MASH
        EscalationAcknowledged,
        /// Flag rated
        EscalationRated,
        /// Lower rating of a flag proposed
        EscalationLoweringProposed,
        /// MASH answered
        EscalationAnswered,
        /// Relayed answer of the MASH confirmed
        EscalationConfirmed,
        /// Placement recorded
        PlacementRecorded,
        /// Attendance confirmed
        AttendanceConfirmed,
        /// Placement ended
        PlacementEnded,
        /// Tracking began: confirmation awaited
        TrackingBegan,
        /// Enquiries reviewed: still untraced
        UntracedReviewed,
        /// Outcome proposed
        ClosureProposed,
        /// Proposed outcome declined
        ClosureDeclined,
        /// Case closed
        CaseClosed,
        /// Duplicate case taken in
        CaseMerged,
        /// Case reopened
        CaseReopened,
        /// Case restricted
        CaseRestricted,
        /// Restriction lifted
        RestrictionLifted,
        /// Reader added
        ReaderAdded,
        /// Reader removed
        ReaderRemoved,
        /// Removal from a roll proposed
        RemovalProposed,
        /// Proposed removal withdrawn
        RemovalWithdrawn,
        /// Joint enquiry recorded
        JointEnquiryRecorded,
        /// Decided on removal from a roll
        RemovalDecided,
        /// Name removed from a roll
        NameRemoved,
        /// New pupil returned
        NewPupilReturned,
        /// Glass broken
        GlassBroken,
        /// Broken glass ended
        GlassMended,
        /// Broken glass reviewed
        GlassReviewed,
        /// Referral received
        ReferralReceived,
        /// Referral redirected
        ReferralRedirected,
        /// Referral acknowledged by another authority
        ReferralAcknowledged,
        /// Referral came back on the child’s birthday
        ReferralCameBack,
        /// Referral taken back to triage
        ReferralTakenBack,
        /// Referral added to
        ReferralAddedTo,
        /// Referral withdrawn
        ReferralWithdrawn,
        /// Judged to be of another child
        JudgedAnotherChild,
        /// Judgement of another child taken back
        JudgementTakenBack,
        /// Report held
        ReportHeld,
        /// Held report taken in
        ReportTakenIn,
        /// Held report put aside
        ReportPutAside,
        /// Draft referral begun
        DraftStarted,
        /// Draft referral saved
        DraftSaved,
        /// School contact approved
        ContactApproved,
        /// School contact suspended
        ContactSuspended,
        /// School contact reinstated
        ContactReinstated,
        /// School contact signed out everywhere
        ContactSessionsEnded,
        /// School contact’s address changed
        ContactEmailChanged,
        /// School contact’s kind changed
        ContactKindChanged,
        /// School contact asked to confirm
        ContactAsked,
        /// School contact reminded to confirm
        ContactReminded,
        /// School contact confirmed
        ContactConfirmed,
        /// Contact proposed by a head teacher
        ProposalMade,
        /// Contact proposed by an officer
        ProposalMadeByOfficer,
        /// Proposed contact approved
        ProposalApproved,
        /// Proposed contact declined
        ProposalDeclined,
        /// Staff account added
        StaffAdded,
        /// Staff invited
        StaffInvited,
        /// Invitation sent again
        InvitationResent,
        /// Invitation accepted
        InvitationAccepted,
        /// Staff roles changed
        RolesChanged,
        /// Staff account deactivated
        StaffDeactivated,
        /// Staff account reactivated
        StaffReactivated,
        /// Password changed
        PasswordChanged,
        /// Second factor added
        SecondFactorAdded,
        /// Second factor removed
        SecondFactorRemoved,
        /// Second factors reset
        SecondFactorReset,
        /// Recovery codes made
        RecoveryCodesMade,
        /// Recovery code used
        RecoveryCodeUsed,
        /// Staff account unlocked
        StaffUnlocked,
        /// Staff signed out everywhere
        StaffSessionsEnded,
        /// Agency added
        AgencyAdded,
        /// Agency’s address changed
        AgencyEmailChanged,
        /// Agreement with an agency made
        AgreementMade,
        /// Agreement with an agency ended
        AgreementEnded,
        /// Client registered
        ClientRegistered,
        /// Client changed
        ClientChanged,
        /// Client paused
        ClientPaused,
        /// Client resumed
        ClientResumed,
        /// Client disabled
        ClientDisabled,
        /// Token issued
        TokenIssued,
        /// Token exchanged
        TokenRotated,
        /// Token revoked
        TokenRevoked,
        /// Token handed in
        TokenHandedIn,
        /// Schools imported
        SchoolsImported,
        /// Term dates imported
        TermDatesImported,
        /// Mail sent again
        MailSentAgain,
        /// Held mail released
        MailReleased,
        /// Restored from a backup
        Restored,
    }

    /// Why something was refused, as an access note says it.
    pub enum RefusalKind {
        /// Not found
        NotFound,
        /// Not allowed
        Forbidden,
        /// Not cleared for the field
        Withheld,
        /// Too often
        Throttled,
        /// Not let in
        SignIn,
    }

    /// What a mail is for, which decides what it waits behind and how long it is tried.
    pub enum MailKind {
        /// Safeguarding alert
        SafeguardingAlert,
        /// Link to sign in
        SignInLink,
        /// Link to choose a new password
        Recovery,
        /// Invitation of staff
        Invitation,
        /// Other
        Other,
    }

    /// Whom a mail is to.
    pub enum MailRecipient {
        /// Safeguarding hub (MASH)
        Mash,
        /// The team
        Team,
        /// School contact
        SchoolContact,
        /// Staff
        Staff,
        /// Partner agency
        Agency,
        /// Somebody else
        SomebodyElse,
    }

    /// Where a mail stands that has not left.
    pub enum MailState {
        /// Failed
        Failed,
        /// Waiting
        Waiting,
        /// Held since a restore
        Held,
    }

    /// What a bearer token may be used for. None means nothing.
    pub enum Scope {
        /// Send referrals
        ReferralCreate,
        /// Look one child up by exact match
        ChildLookup,
        /// Read cases shared with the agency
        CaseSharedRead,
        /// Answer enquiries put to the agency
        EnquiryAnswer,
        /// Answer flags raised with the MASH
        EscalationAnswer,
        /// Read statistics
        StatisticsRead,
    }

    /// What a span of a school calendar is.
    pub enum TermDateKind {
        /// Term
        Term,
        /// Half term
        HalfTerm,
        /// Holiday
        Holiday,
        /// Training day
        Inset,
        /// Bank holiday
        BankHoliday,
        /// Closure
        Closure,
    }

    /// The law that a ground for removing a name belongs to: the same letter means another thing in another one.
    pub enum RollRegime {
        /// School Attendance (Pupil Registration) (England) Regulations 2024
        Regulations2024,
    }

    /// A ground on which a school may remove the name of a child of compulsory school age: regulation 9(1).
    pub enum RemovalGround {
        /// A: registered at another school
        RegisteredElsewhere,
        /// B: nursery education ended, not moving up to reception
        NurseryEnded,
        /// C: also registered elsewhere, and will not attend here again
        AlsoRegisteredElsewhere,
        /// D: the school attendance order names another school now
        OrderNamesAnother,
        /// E: the school attendance order was revoked
        OrderRevoked,
        /// F: educated otherwise than at school
        EducatedOtherwise,
        /// G: no longer lives within a reasonable distance
        MovedAway,
        /// H: not back from leave of absence
        NotBackFromLeave,
        /// I: continuously absent for 20 school days
        ContinuouslyAbsent,
        /// J: under a sentence of detention
        Detained,
        /// K: died
        Died,
        /// L: over compulsory school age, and not staying on
        OverAge,
        /// M: boarder whose fees are unpaid
        FeesUnpaid,
        /// N: left an independent or a non-maintained special school
        LeftSchool,
        /// O: permanently excluded
        Excluded,
    }

    /// Something that whoever proposes to remove a name confirms.
    pub enum RemovalCondition {
        /// The other school has confirmed that the child is registered there
        OtherSchoolConfirmed,
        /// No school attendance order names this school
        NotNamedInOrder,
        /// This is not the main school of a child with no fixed abode whose parent travels for work
        NotMainSchool,
        /// The child is not registered at both schools by agreement
        NoAgreedDualRegistration,
        /// Nursery education has ended, and the child does not move up to reception here
        NurseryOver,
        /// There are no reasonable grounds to believe that the child will attend this school again
        WillNotAttend,
        /// Every other school at which the child is registered consents
        OthersConsent,
        /// The order that named this school has been changed to name another
        OrderChanged,
        /// The authority has revoked the order that named this school, because suitable education is arranged
        RevokedForEducation,
        /// A parent has told the school in writing that the child will be educated otherwise, and from which day
        WrittenNotice,
        /// No school attendance order is in force
        NoOrderInForce,
        /// The authority did not place the child here as a special school, or it consents
        AuthorityConsents,
        /// The child no longer normally lives a reasonable distance from the school
        LivesTooFar,
        /// The child is not a boarder
        NotBoarder,
        /// The school granted the leave
        LeaveGranted,
        /// There are no reasonable grounds to think that sickness or an unavoidable cause keeps the child away
        NoSicknessOrCause,
        /// Every session of the absence is coded G, N or O
        OnlyUnauthorised,
        /// A court has passed a sentence of detention; remand is not enough
        Sentenced,
        /// The death is confirmed
        DeathConfirmed,
        /// The child will be over compulsory school age when they would next attend
        WillBeOverAge,
        /// The child does not stay on in a sixth form here
        NotStayingOn,
        /// The child boards here, and the fees were not paid by the end of the term they are for
        BoardingFeesUnpaid,
        /// The child has ceased to be a pupil here
        CeasedToBePupil,
        /// The exclusion is final: no review is open, and none can be asked for
        ExclusionFinal,
    }

    /// What follows for the authority from the removal of a name.
    pub enum RemovalFollows {
        /// The child is missing education, unless other education is on file
        MissingEducation,
        /// The other school’s roll is checked
        OtherRoll,
        /// Home education is looked into
        HomeEducation,
        /// Education otherwise than at school is checked
        OtherEducation,
        /// The child is watched for until compulsory school age
        Watched,
        /// The participation team is told
        Participation,
        /// Youth justice is asked about education there
        YouthJustice,
        /// Nothing more; no letter is sent to the family
        Nothing,
    }

    /// What the joint enquiry of school and authority came to.
    pub enum JointEnquiryOutcome {
        /// School and authority could not find out where the child is
        NotFound,
        /// The child was found
        Found,
    }

    /// The authority's view of a proposal to remove a name.
    pub enum RemovalDecision {
        /// May not be removed yet
        MayNot,
        /// May be removed
        May,
    }

    /// What still stands in the way of removing a name.
    pub enum RemovalLack {
        /// A condition is not confirmed
        Condition,
        /// A day is not told
        Day,
        /// The term dates of the school are not known
        TermDates,
        /// The school days are not over
        SchoolDays,
        /// The day has not come
        NotYet,
        /// The codes of the absence do not allow it
        Codes,
        /// School and authority have not enquired together
        JointEnquiry,
        /// The child was found
        Found,
        /// The authority has not decided
        Decision,
        /// The authority has decided against it
        Declined,
        /// The day of the removal cannot be
        RemovalDay,
    }

    /// What a clock runs for.
    pub enum ClockKind {
        /// Referral to be screened
        Screening,
        /// Referral that tells of harm to be screened
        FlaggedScreening,
        /// Other authority to acknowledge
        AuthorityAnswer,
        /// Flag to be acknowledged by the MASH
        MashAcknowledgement,
        /// Flag to be answered by the MASH
        MashAnswer,
        /// Red flag to be answered by the MASH
        MashRed,
        /// Amber flag to be answered by the MASH
        MashAmber,
        /// Green flag to be answered by the MASH
        MashGreen,
        /// Relayed answer of the MASH to be confirmed
        MashConfirmation,
        /// First checks to be asked for
        FirstChecks,
        /// Home to be visited
        HomeVisit,
        /// Enquiry to be answered
        EnquiryAnswer,
        /// Case to be reviewed, whereabouts known
        ReviewKnown,
        /// Case to be reviewed, whereabouts not known
        ReviewUnknown,
        /// School to be answered about the roll
        RollAnswer,
        /// Removal that was allowed to be done
        RemovalAllowed,
        /// New-pupil return to come
        NewPupilReturn,
        /// Compulsory school age to begin
        AgeBegins,
        /// Compulsory school age to end
        AgeEnds,
    }

    /// What the length of a clock is counted in.
    pub enum ClockUnit {
        /// Hours, by day and night
        Hours,
        /// Days, each counted
        Days,
        /// Working days
        WorkingDays,
        /// A day that a person, or another rule, named
        Given,
    }

    /// Who is told how far a clock has run.
    pub enum Rung {
        /// The owner, before it is late
        Soon,
        /// The owner, when it is late
        Late,
        /// A manager
        Manager,
        /// The head of service
        Head,
    }
}
