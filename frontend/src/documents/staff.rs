//! Documents about the accounts of staff. Nothing here shows an answer.

use chrono::{DateTime, Utc};
use cynic::Id;

use super::PageInfo;
use crate::schema;
use crate::vocabulary::{StaffRole, StaffState};

/// What a list of accounts is narrowed to.
#[derive(cynic::InputObject, Clone, Debug, Default)]
pub struct StaffFilter {
    /// Whether they may sign in.
    pub state: Option<StaffState>,
    /// What they may be.
    pub role: Option<StaffRole>,
}

/// Which accounts to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ListVariables {
    /// What the list is narrowed to.
    pub filter: StaffFilter,
    /// The cursor to go on from.
    pub after: Option<String>,
    /// The cursor to go back from.
    pub before: Option<String>,
}

/// A page of accounts.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ListVariables")]
pub struct List {
    /// The page.
    #[arguments(filter: $filter, after: $after, before: $before)]
    pub staff: StaffConnection,
}

/// Some accounts, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct StaffConnection {
    /// The accounts.
    pub nodes: Vec<Row>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// An account in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffAccount")]
pub struct Row {
    /// What names it in addresses.
    pub id: Id,
    /// Whose it is.
    pub name: String,
    /// What they may be.
    pub roles: Vec<StaffRole>,
    /// Whether they may sign in.
    pub state: StaffState,
    /// When they last did.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Whether they have a second factor.
    pub second_factor: bool,
}

/// Which account to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct OneVariables {
    /// Its id.
    pub id: Id,
}

/// One account.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub struct One {
    /// The account; nothing if there is none for this person.
    #[arguments(id: $id)]
    pub staff_member: Option<StaffAccount>,
}

/// All that is known of an account.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct StaffAccount {
    /// What names it in addresses.
    pub id: Id,
    /// How often it has changed.
    pub version: i32,
    /// Whose it is.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may be.
    pub roles: Vec<StaffRole>,
    /// Whether they may sign in.
    pub state: StaffState,
    /// Since when they have an account.
    pub created_at: DateTime<Utc>,
    /// When they last signed in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Whether they have a second factor.
    pub second_factor: bool,
    /// How many open cases they have.
    pub open_cases: i32,
    /// Who could take those over.
    pub heirs: Vec<Heir>,
}

/// A manager who can take cases over.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffMember")]
pub struct Heir {
    /// Who.
    pub id: Id,
    /// Their name.
    pub name: String,
}

/// The account that a change was made to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffAccount")]
pub struct Changed {
    /// What names it in addresses.
    pub id: Id,
}

/// An invitation that was sent just now.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct StaffInvitation {
    /// The code that the link asks for, this once.
    pub code: String,
    /// The account.
    pub account: Changed,
}

/// Somebody to invite.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct InviteStaffInput {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may be.
    pub roles: Vec<StaffRole>,
}

/// The variables of [`Invite`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct InviteVariables {
    /// Whom to invite.
    pub input: InviteStaffInput,
}

/// Invites somebody.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "InviteVariables")]
pub struct Invite {
    /// Their account.
    #[arguments(input: $input)]
    pub invite_staff: StaffInvitation,
}

/// An account, as it was when the page was shown.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct StaffAccountInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
}

/// The variables of the changes that need no more than the account.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AccountVariables {
    /// The account.
    pub input: StaffAccountInput,
}

/// Sends an invitation again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AccountVariables")]
pub struct Resend {
    /// The account.
    #[arguments(input: $input)]
    pub resend_invitation: StaffInvitation,
}

/// Lets somebody sign in again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AccountVariables")]
pub struct Reactivate {
    /// The account.
    #[arguments(input: $input)]
    pub reactivate_staff: Changed,
}

/// Removes every second factor of somebody.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AccountVariables")]
pub struct ResetSecondFactor {
    /// The account.
    #[arguments(input: $input)]
    pub reset_second_factor: Changed,
}

/// Lets somebody try again at once.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AccountVariables")]
pub struct Unlock {
    /// The account.
    #[arguments(input: $input)]
    pub unlock_staff: Changed,
}

/// Other roles for somebody.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangeStaffRolesInput {
    /// Which account.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
    /// What they may be from now on.
    pub roles: Vec<StaffRole>,
}

/// The variables of [`ChangeRoles`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChangeRolesVariables {
    /// What to change.
    pub input: ChangeStaffRolesInput,
}

/// Lets somebody be something else.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangeRolesVariables")]
pub struct ChangeRoles {
    /// The account.
    #[arguments(input: $input)]
    pub change_staff_roles: Changed,
}

/// Somebody who may no longer sign in.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeactivateStaffInput {
    /// Which account.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
    /// Who takes over their open cases.
    pub heir: Option<Id>,
}

/// The variables of [`Deactivate`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeactivateVariables {
    /// Whom to deactivate.
    pub input: DeactivateStaffInput,
}

/// Lets somebody sign in no longer.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeactivateVariables")]
pub struct Deactivate {
    /// The account.
    #[arguments(input: $input)]
    pub deactivate_staff: Changed,
}
