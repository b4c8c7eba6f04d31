//! What may be decided of a partner agency, its agreements, its clients and their tokens.
//!
//! What must not live here: who may decide it (`domain::policy`).

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use entity::vocabulary::{LawfulBasis, Scope, SharedField};
use entity::{AgreementId, ClientId, TokenId};

use super::super::london::london_day;
use super::super::network::Network;
use super::super::typed::{self, all, check, chosen, day, line};
use super::{Agency, AgencyEvent, Agreement, Client, Terms};
use crate::error::{AgencyConflict, Error};

/// The days for which a replaced token is still accepted, so that a program can be given the new one without a gap.
const OVERLAP_DAYS: u64 = 7;
/// The most points in a minute or a day that a client may be given.
const MOST_POINTS: i32 = 10_000_000;

impl Agency {
    /// Decides to replace the address to write to; refuses the one on file.
    pub fn change_email(&self, email: &str) -> Result<AgencyEvent, Error> {
        let (email,) = all((typed::email(email),))?;
        if email == self.email {
            return Err(Error::invalid("email", "Enter an address that differs from the one on file"));
        }
        Ok(AgencyEvent::AgencyEmailChanged { email })
    }

    /// Decides to end an agreement before its last day; refuses one that was ended.
    pub fn end_agreement(&self, id: AgreementId, reason: &str) -> Result<AgencyEvent, Error> {
        if self.agreement(id)?.ended_at.is_some() {
            return Err(AgencyConflict::Already("ended").into());
        }
        Ok(AgencyEvent::AgreementEnded { agreement: id, reason: why(reason, "Enter why this agreement is ended")? })
    }

    /// Decides to register a client under an agreement that holds or will; its terms must be within the agreement.
    pub fn register(
        &self,
        agreement: AgreementId,
        id: ClientId,
        typed: Terms,
        today: NaiveDate,
    ) -> Result<AgencyEvent, Error> {
        let under = self.agreement(agreement)?;
        if !under.may_still_hold(today) {
            return Err(AgencyConflict::AgreementOver.into());
        }
        Ok(AgencyEvent::ClientRegistered { client: id, agreement, terms: under.grant(typed)? })
    }

    /// Decides to replace the terms of a client; they must be within its agreement. Refuses a disabled client.
    pub fn change_client(&self, id: ClientId, typed: Terms) -> Result<AgencyEvent, Error> {
        let client = self.client(id)?.still_there()?;
        Ok(AgencyEvent::ClientChanged { client: id, terms: self.agreement(client.agreement)?.grant(typed)? })
    }

    /// Decides to pause a client; refuses one that is paused or disabled.
    pub fn pause(&self, id: ClientId, reason: &str) -> Result<AgencyEvent, Error> {
        if self.client(id)?.still_there()?.paused.is_some() {
            return Err(AgencyConflict::Already("paused").into());
        }
        Ok(AgencyEvent::ClientPaused { client: id, reason: why(reason, "Enter why this client is paused")? })
    }

    /// Decides to resume a client; refuses one that is not paused or is disabled.
    pub fn resume(&self, id: ClientId) -> Result<AgencyEvent, Error> {
        if self.client(id)?.still_there()?.paused.is_none() {
            return Err(AgencyConflict::Already("running").into());
        }
        Ok(AgencyEvent::ClientResumed { client: id })
    }

    /// Decides to disable a client for good.
    pub fn disable(&self, id: ClientId, reason: &str) -> Result<AgencyEvent, Error> {
        self.client(id)?.still_there()?;
        Ok(AgencyEvent::ClientDisabled { client: id, reason: why(reason, "Enter why this client is disabled")? })
    }

    /// Decides to issue a token, which ends with its agreement at the latest and within a year.
    pub fn issue(
        &self,
        client: ClientId,
        id: TokenId,
        expires_on: &str,
        today: NaiveDate,
    ) -> Result<AgencyEvent, Error> {
        let bearer = self.client(client)?.still_there()?;
        let expires_on = self.agreement(bearer.agreement)?.expiry(expires_on, today)?;
        Ok(AgencyEvent::TokenIssued { token: id, client, expires_on })
    }

    /// Decides to replace a token, which is accepted for seven more days or ends at once. A token is replaced only
    /// once, and not after it ended.
    pub fn rotate(
        &self,
        old: TokenId,
        new: TokenId,
        expires_on: &str,
        at_once: bool,
        now: DateTime<Utc>,
    ) -> Result<AgencyEvent, Error> {
        let token = self.token(old)?;
        let today = london_day(now);
        if token.revoked_at.is_some() || token.expires_on < today {
            return Err(AgencyConflict::TokenOver.into());
        }
        if token.ends_at.is_some() {
            return Err(AgencyConflict::Already("replaced").into());
        }
        let bearer = self.client(token.client)?.still_there()?;
        let expires_on = self.agreement(bearer.agreement)?.expiry(expires_on, today)?;
        let ends_at = if at_once { now } else { now + Days::new(OVERLAP_DAYS) };
        Ok(AgencyEvent::TokenRotated { old, new, expires_on, ends_at })
    }

    /// Decides to revoke a token; refuses one that was revoked.
    pub fn revoke(&self, id: TokenId, reason: &str) -> Result<AgencyEvent, Error> {
        if self.token(id)?.revoked_at.is_some() {
            return Err(AgencyConflict::Already("revoked").into());
        }
        Ok(AgencyEvent::TokenRevoked { token: id, reason: why(reason, "Enter why this token is revoked")? })
    }
}

impl Agreement {
    /// Whether it holds today or will begin to.
    pub fn may_still_hold(&self, today: NaiveDate) -> bool {
        self.ended_at.is_none() && self.ends_on >= today
    }

    /// Checks terms against this agreement: all of `typed` is allowed, or none of it, with every fault at once.
    fn grant(&self, typed: Terms) -> Result<Terms, Error> {
        let points = |field, points| {
            let within = (1..=MOST_POINTS).contains(&points);
            check(within, field, "Enter a number of points between 1 and 10,000,000")
        };
        let networks: Vec<String> = typed
            .networks
            .iter()
            .map(|network| network.trim().to_owned())
            .filter(|network| !network.is_empty())
            .collect();
        let (name, (), (), (), (), (), ()) = all((
            line("name", &typed.name, "Name", 100, "Enter what the agency calls this program"),
            check(!typed.scopes.is_empty(), "scopes", "Select what this client may be used for"),
            check(
                typed.scopes.iter().all(|scope| self.scopes.contains(scope)),
                "scopes",
                "Select only what the agreement allows",
            ),
            check(
                typed.fields.iter().all(|field| self.fields.contains(field)),
                "fields",
                "Select only what the agreement allows",
            ),
            points("perMinute", typed.per_minute),
            points("perDay", typed.per_day),
            check(
                networks.iter().all(|network| Network::parse(network).is_ok()),
                "networks",
                "Enter IP addresses or ranges such as 192.0.2.0/24, each on a line of its own",
            ),
        ))?;
        Ok(Terms { name, networks, ..typed })
    }

    /// Reads the last day of a token: from today to a year from today, and not after the agreement's last day.
    fn expiry(&self, typed: &str, today: NaiveDate) -> Result<NaiveDate, Error> {
        if !self.may_still_hold(today) {
            return Err(AgencyConflict::AgreementOver.into());
        }
        let lacking = "Enter the last day of this token";
        let (expires_on,) = all((day("expiresOn", typed, "The last day", lacking),))?;
        let longest = today.checked_add_months(Months::new(12)).unwrap_or(today);
        if expires_on < today || expires_on > longest {
            return Err(Error::invalid("expiresOn", "Enter a day from today to a year from today"));
        }
        if expires_on > self.ends_on {
            return Err(Error::invalid("expiresOn", "Enter a day on which the agreement still holds"));
        }
        Ok(expires_on)
    }
}

impl Client {
    fn still_there(&self) -> Result<&Self, Error> {
        if self.disabled_at.is_some() { Err(AgencyConflict::Already("disabled").into()) } else { Ok(self) }
    }
}

/// Decides to put an agency on file, with every fault at once.
pub fn add(name: &str, email: &str) -> Result<AgencyEvent, Error> {
    let (name, email) = all((line("name", name, "Name", 200, "Enter the agency’s name"), typed::email(email)))?;
    Ok(AgencyEvent::AgencyAdded { name, email })
}

/// An agreement as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `MakeAgreementInput`")]
pub struct MakeAgreement {
    pub purpose: String,
    pub lawful_basis: Option<LawfulBasis>,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub starts_on: String,
    pub ends_on: String,
}

/// Decides to make an agreement, with every fault at once. It must end today or later.
pub fn make_agreement(typed: MakeAgreement, id: AgreementId, today: NaiveDate) -> Result<AgencyEvent, Error> {
    let MakeAgreement { purpose, lawful_basis, scopes, fields, starts_on, ends_on } = typed;
    let starts_on = day("startsOn", &starts_on, "The first day", "Enter the first day of the agreement");
    let ends_on = day("endsOn", &ends_on, "The last day", "Enter the last day of the agreement");
    let over = match (&starts_on, &ends_on) {
        (_, Ok(last)) if *last < today => true,
        (Ok(first), Ok(last)) => last < first,
        _ => false,
    };
    let (purpose, lawful_basis, (), starts_on, ends_on, ()) = all((
        line("purpose", &purpose, "Purpose", 500, "Enter the purpose that the agreement names"),
        chosen("lawfulBasis", lawful_basis, "Select the lawful basis"),
        check(!scopes.is_empty(), "scopes", "Select what the agreement allows"),
        starts_on,
        ends_on,
        check(!over, "endsOn", "Enter a last day that is not before today or the first day"),
    ))?;
    Ok(AgencyEvent::AgreementMade { agreement: id, purpose, lawful_basis, scopes, fields, starts_on, ends_on })
}

fn why(typed: &str, lacking: &str) -> Result<String, Error> {
    let (reason,) = all((typed::reason(typed, 1_000, lacking),))?;
    Ok(reason)
}

#[cfg(test)]
mod tests {
    use entity::AgencyId;
    use uuid::Uuid;

    use super::super::super::stream::Stream;
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn agreement(number: u128) -> AgreementId {
        AgreementId(Uuid::from_u128(number))
    }

    fn client(number: u128) -> ClientId {
        ClientId(Uuid::from_u128(number))
    }

    fn token(number: u128) -> TokenId {
        TokenId(Uuid::from_u128(number))
    }

    fn terms() -> Terms {
        Terms {
            name: "Registration".to_owned(),
            scopes: vec![Scope::ChildLookup],
            fields: vec![SharedField::FamilyName],
            per_minute: 100,
            per_day: 1_000,
            networks: Vec::new(),
        }
    }

    /// An agency with an agreement until the end of 2027, a client and a token.
    fn agency() -> Agency {
        let added = add("Luton Health", "data@health.example").unwrap();
        let made = MakeAgreement {
            purpose: "Tracing".to_owned(),
            lawful_basis: Some(LawfulBasis::PublicTask),
            scopes: vec![Scope::ChildLookup, Scope::EnquiryAnswer],
            fields: vec![SharedField::FamilyName, SharedField::YearGroup],
            starts_on: "2026-11-01".to_owned(),
            ends_on: "2027-12-31".to_owned(),
        };
        let made = make_agreement(made, agreement(1), on("2026-11-18")).unwrap();
        let registered = AgencyEvent::ClientRegistered { client: client(1), agreement: agreement(1), terms: terms() };
        let issued = AgencyEvent::TokenIssued { token: token(1), client: client(1), expires_on: on("2027-06-30") };
        fold(None, &[added, made, registered, issued])
    }

    fn fold(before: Option<Agency>, events: &[AgencyEvent]) -> Agency {
        let at = at("2026-11-18T10:00:00Z");
        let id = AgencyId(Uuid::from_u128(1));
        events.iter().fold(before, |agency, event| Agency::fold(agency, id, event, at)).unwrap()
    }

    fn faults<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
        let Err(Error::Invalid(faults)) = result else { panic!("{result:?} is no fault") };
        faults.into_iter().map(|fault| fault.field).collect()
    }

    fn is_conflict<T: std::fmt::Debug>(result: &Result<T, Error>) -> bool {
        matches!(result, Err(Error::Conflict(_)))
    }

    #[test]
    fn a_client_is_given_nothing_that_its_agreement_does_not_give() {
        let agency = agency();
        let today = on("2026-11-18");
        for (terms, wrong) in [
            (terms(), None),
            (Terms { fields: Vec::new(), ..terms() }, None),
            (Terms { scopes: Vec::new(), ..terms() }, Some("scopes")),
            (Terms { scopes: vec![Scope::ChildLookup, Scope::StatisticsRead], ..terms() }, Some("scopes")),
            (Terms { fields: vec![SharedField::Upn], ..terms() }, Some("fields")),
            (Terms { name: " ".to_owned(), ..terms() }, Some("name")),
            (Terms { per_minute: 0, ..terms() }, Some("perMinute")),
            (Terms { per_day: -1, ..terms() }, Some("perDay")),
        ] {
            let registered = agency.register(agreement(1), client(2), terms.clone(), today);
            let changed = agency.change_client(client(1), terms);
            match wrong {
                None => assert!(registered.is_ok() && changed.is_ok()),
                Some(field) => {
                    assert_eq!((faults(registered), faults(changed)), (vec![field.into()], vec![field.into()]));
                }
            }
        }
    }

    #[test]
    fn a_token_lasts_a_year_at_most_and_not_longer_than_its_agreement() {
        let agency = agency();
        for (today, expires_on, right) in [
            ("2026-11-18", "2026-11-17", false),
            ("2026-11-18", "2026-11-18", true),
            ("2026-11-18", "2027-11-18", true),
            ("2026-11-18", "2027-11-19", false),
            ("2026-11-18", "", false),
            ("2026-11-18", "soon", false),
            ("2027-06-01", "2027-12-31", true),
            ("2027-06-01", "2028-01-01", false),
        ] {
            assert_eq!(agency.issue(client(1), token(2), expires_on, on(today)).is_ok(), right, "{today} {expires_on}");
        }
        assert!(
            is_conflict(&agency.issue(client(1), token(2), "2028-02-01", on("2028-01-01"))),
            "the agreement is over"
        );
    }

    #[test]
    fn nothing_more_is_given_under_an_agreement_that_was_ended() {
        let ended = agency().end_agreement(agreement(1), "They asked").unwrap();
        let agency = fold(Some(agency()), &[ended]);
        let today = on("2026-11-18");
        assert!(is_conflict(&agency.register(agreement(1), client(2), terms(), today)));
        assert!(is_conflict(&agency.issue(client(1), token(2), "2026-12-01", today)));
        assert!(is_conflict(&agency.end_agreement(agreement(1), "Again")));
    }

    #[test]
    fn the_old_token_ends_a_week_after_it_was_replaced_or_at_once() {
        let (agency, now) = (agency(), at("2026-11-18T10:00:00Z"));
        for (at_once, ends_at) in [(false, "2026-11-25T10:00:00Z"), (true, "2026-11-18T10:00:00Z")] {
            let rotated = agency.rotate(token(1), token(2), "2027-01-31", at_once, now).unwrap();
            let after = fold(Some(agency.clone()), &[rotated]);
            assert_eq!(after.token(token(1)).unwrap().ends_at, Some(at(ends_at)));
            assert_eq!(after.token(token(2)).unwrap().client, client(1));
            assert!(
                is_conflict(&after.rotate(token(1), token(3), "2027-01-31", at_once, now)),
                "it was replaced already"
            );
        }
        let handed_in = fold(Some(agency), &[AgencyEvent::TokenHandedIn { token: token(1) }]);
        assert!(is_conflict(&handed_in.rotate(token(1), token(2), "2027-01-31", false, now)));
        assert!(is_conflict(&handed_in.revoke(token(1), "Again")));
    }

    #[test]
    fn a_disabled_client_never_comes_back() {
        let disabled = agency().disable(client(1), "No longer used").unwrap();
        let agency = fold(Some(agency()), &[disabled]);
        assert!(is_conflict(&agency.pause(client(1), "Unusual")));
        assert!(is_conflict(&agency.resume(client(1))));
        assert!(is_conflict(&agency.disable(client(1), "Again")));
        assert!(is_conflict(&agency.change_client(client(1), terms())));
        assert!(is_conflict(&agency.issue(client(1), token(2), "2026-12-01", on("2026-11-18"))));
    }

    #[test]
    fn a_client_is_paused_and_goes_on() {
        let paused = agency().pause(client(1), "Unusual").unwrap();
        let agency = fold(Some(agency()), &[paused]);
        assert!(is_conflict(&agency.pause(client(1), "Again")));
        let resumed = agency.resume(client(1)).unwrap();
        let agency = fold(Some(agency), &[resumed]);
        assert!(agency.client(client(1)).unwrap().paused.is_none());
        assert!(is_conflict(&agency.resume(client(1))));
    }

    #[test]
    fn an_agreement_needs_a_purpose_a_basis_a_scope_and_days() {
        let today = on("2026-11-18");
        let lacking = faults(make_agreement(MakeAgreement::default(), agreement(1), today));
        assert_eq!(lacking, ["purpose", "lawfulBasis", "scopes", "startsOn", "endsOn"]);
    }
}
