//! Counts tries of staff at passwords and second factors: for a device that the account is known on, or else for the
//! account and the network address. What must not live here: the limits (`throttle::sign_in`).

use entity::staff;
use entity::vocabulary::{AccessAction, StaffRole};

use super::{StaffSignIn, viewer_of};
use crate::auth::device;
use crate::domain::network;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::limit::Limit;
use crate::service::{self, mails};
use crate::store;
use crate::throttle::{self, sign_in as limits};

impl StaffSignIn {
    /// Counts a try before it is made: for the device that the account is known on, or else for the network address and
    /// the account. Returns whether exactly one more try is left.
    pub(super) async fn count_try(&self, viewer: &Viewer, lane: Option<&str>, account: &str) -> Result<bool, Error> {
        if let Some(lane) = lane {
            return self.take(viewer, limits::ACCOUNT, lane).await;
        }
        let last_of_address = match self.0.op.address().map(network::origin) {
            Some(origin) => self.count_address(viewer, &origin).await?,
            None => false,
        };
        // The network address comes first, so that one address cannot lock many accounts.
        Ok(self.take(viewer, limits::ACCOUNT, account).await? || last_of_address)
    }

    /// Counts a try, and returns whether exactly one more is left. Past the limit it is refused and that is noted.
    pub(super) async fn take(&self, viewer: &Viewer, limit: Limit, target: &str) -> Result<bool, Error> {
        let (count, resets_at) = throttle::count(&self.0.op, limit, target, 1).await?;
        if count > limit.most {
            self.0.is_past(viewer.clone(), limit).await?;
            return Err(Error::Throttled(resets_at));
        }
        Ok(count + 1 == limit.most)
    }

    /// Counts a try at any account from one network address. Past the limit it is refused, and the administrators are
    /// told: once a day, because it may go on for days.
    async fn count_address(&self, viewer: &Viewer, origin: &str) -> Result<bool, Error> {
        let taken = self.take(viewer, limits::ADDRESS, origin).await;
        if matches!(taken, Err(Error::Throttled(_))) {
            let (told, _) = throttle::count(&self.0.op, limits::SPRAY, origin, 1).await?;
            if told <= limits::SPRAY.most {
                self.tell_of_spray(origin.to_owned()).await?;
            }
        }
        taken
    }

    async fn tell_of_spray(&self, origin: String) -> Result<(), Error> {
        let op = self.0.app.op_for(Viewer::Anonymous, self.0.op.request_id.clone()).asked_from(self.0.op.address());
        op.saw(AccessAction::Refuse, "sign_in for many accounts", None);
        service::access_note::note(&op).await?;
        op.write(move |op, txn| async move {
            let told = store::staff::addresses_of(&*txn, StaffRole::Administrator).await?;
            let tries = limits::ADDRESS.most;
            let mail = |to: String| mails::many_passwords_tried(&to, &origin, tries, op.now(), &op.council);
            op.queue(&txn, told.into_iter().map(mail).collect()).await
        })
        .await
    }

    /// Takes back the count of a try that was right or that was never checked.
    pub(super) async fn uncount_try(&self, lane: Option<&str>, account: &str) -> Result<(), Error> {
        if let (None, Some(address)) = (lane, self.0.op.address()) {
            throttle::count(&self.0.op, limits::ADDRESS, &network::origin(address), -1).await?;
        }
        throttle::count(&self.0.op, limits::ACCOUNT, lane.unwrap_or(account), -1).await.map(drop)
    }

    /// Resets the count for the device, or for the account, that the sign-in used and no other. A stranger's tries stay
    /// counted.
    pub(super) async fn forget_tries(&self, row: &staff::Model) -> Result<(), Error> {
        let lane = device::lane(&self.0.op, &self.0.cookies, [row.into()]).await?;
        throttle::forget(&self.0.op, limits::ACCOUNT, lane.as_ref().unwrap_or(&row.email)).await?;
        throttle::forget(&self.0.op, limits::SECOND, &lane.unwrap_or_else(|| row.id.to_string())).await
    }

    /// Counts a try at somebody's second factor: for this device if the account is known on it, or else for the
    /// account.
    pub(super) async fn count_second(&self, row: &staff::Model) -> Result<(), Error> {
        let lane = device::lane(&self.0.op, &self.0.cookies, [row.into()]).await?.unwrap_or_else(|| row.id.to_string());
        self.0.take(viewer_of(Some(row)), limits::SECOND, &lane).await
    }
}
