//! What is done with one row: one call, which is made again until it succeeds or the operation's
//! time is over.

use bytes::Bytes;

use super::{Condition, Table, same_row};
use crate::cell::block::BlockReader;
use crate::cluster::RowCall;
use crate::error::Result;
use crate::mutation::{Append, Delete, Increment, Mutation, Put};
use crate::read::{Get, Row};
use crate::wire::get::{GetRequest, GetResponse};
use crate::wire::multi::{Action, MultiRequest, MultiResponse, RegionAction};
use crate::wire::mutation::{MutateRequest, MutateResponse};
use crate::wire::region::RegionSpecifier;
use crate::wire::result::RowResult;

impl Table {
    /// Reads a row; none if nothing of what is wanted is there.
    ///
    /// # Errors
    /// What no further attempt could mend, or the deadline.
    pub async fn get(&self, get: Get) -> Result<Option<Row>> {
        let (answer, block) = self.ask(&get, false).await?;
        row(answer.result, block)
    }

    /// Whether there is anything of what is wanted.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn exists(&self, get: Get) -> Result<bool> {
        let (answer, _) = self.ask(&get, true).await?;
        Ok(answer
            .result
            .and_then(|result| result.exists)
            .unwrap_or(false))
    }

    async fn ask(&self, get: &Get, existence_only: bool) -> Result<(GetResponse, Bytes)> {
        get.check()?;
        let build = |region| GetRequest {
            region,
            get: get.wire(existence_only),
        };
        let call = RowCall {
            method: "Get",
            build: &build,
            cells: &[],
        };
        self.cluster.call_row(&self.regions, get.row(), call).await
    }

    /// Writes cells of a row. When this returns they are as safe as the table's durability says.
    ///
    /// # Errors
    /// What no further attempt could mend, or the deadline.
    pub async fn put(&self, put: Put) -> Result<()> {
        self.mutate(&put.into(), None).await.map(|_| ())
    }

    /// Deletes a row or parts of it.
    ///
    /// # Errors
    /// As [`Table::put`].
    pub async fn delete(&self, delete: Delete) -> Result<()> {
        self.mutate(&delete.into(), None).await.map(|_| ())
    }

    /// Adds to counters and gives what they became. A call that is made again is not counted twice.
    ///
    /// # Errors
    /// As [`Table::put`].
    pub async fn increment(&self, increment: Increment) -> Result<Option<Row>> {
        let (answer, block) = self.mutate(&increment.into(), None).await?;
        row(answer.result, block)
    }

    /// Lengthens values and gives what they became. A call that is made again is not done twice.
    ///
    /// # Errors
    /// As [`Table::put`].
    pub async fn append(&self, append: Append) -> Result<Option<Row>> {
        let (answer, block) = self.mutate(&append.into(), None).await?;
        row(answer.result, block)
    }

    /// Makes a change if a condition holds of the same row, and says whether it did.
    ///
    /// After a broken connection a put or delete may be tried again although it was done: then the
    /// answer says whether the condition held the second time.
    ///
    /// # Errors
    /// As [`Table::put`]; also if the change is of another row than the condition.
    pub async fn check_and_mutate(
        &self,
        condition: Condition,
        change: impl Into<Mutation>,
    ) -> Result<bool> {
        let change = change.into();
        condition.check()?;
        same_row(condition.row(), std::slice::from_ref(&change))?;
        let (answer, _) = self.mutate(&change, Some(condition)).await?;
        Ok(answer.processed.unwrap_or(false))
    }

    async fn mutate(
        &self,
        change: &Mutation,
        condition: Option<Condition>,
    ) -> Result<(MutateResponse, Bytes)> {
        change.check()?;
        let nonce = change.needs_nonce().then(|| self.cluster.next_nonces(1));
        let build = |region| MutateRequest {
            region,
            mutation: change.message(nonce),
            condition: condition.as_ref().map(Condition::wire),
            nonce_group: nonce.map(|_| self.cluster.nonce_group()),
        };
        let call = RowCall {
            method: "Mutate",
            build: &build,
            cells: &[change.block()],
        };
        self.cluster
            .call_row(&self.regions, change.row(), call)
            .await
    }

    /// Makes changes of one row together, all or none.
    ///
    /// # Errors
    /// As [`Table::put`]; also if they are of several rows.
    pub async fn mutate_row(&self, changes: &[Mutation]) -> Result<()> {
        let row = changes.first().map_or(&[][..], Mutation::row);
        self.together(row, changes, None).await.map(|_| ())
    }

    /// Makes changes of one row together if a condition holds of it, and says whether it did.
    ///
    /// # Errors
    /// As [`Table::mutate_row`].
    pub async fn check_and_mutate_row(
        &self,
        condition: Condition,
        changes: &[Mutation],
    ) -> Result<bool> {
        self.together(condition.row(), changes, Some(&condition))
            .await
    }

    async fn together(
        &self,
        row: &[u8],
        changes: &[Mutation],
        condition: Option<&Condition>,
    ) -> Result<bool> {
        condition.map_or(Ok(()), Condition::check)?;
        same_row(row, changes)?;
        let nonce = self.cluster.next_nonces(changes.len() as u64);
        let build = |region| MultiRequest {
            region_action: vec![atomic(region, changes, condition, nonce)],
            nonce_group: Some(self.cluster.nonce_group()),
        };
        let cells: Vec<&[u8]> = changes.iter().map(Mutation::block).collect();
        let call = RowCall {
            method: "Multi",
            build: &build,
            cells: &cells,
        };
        let (answer, _): (MultiResponse, _) =
            self.cluster.call_row(&self.regions, row, call).await?;
        let of_region = answer
            .region_action_result
            .first()
            .and_then(|region| region.processed);
        Ok(of_region.or(answer.processed).unwrap_or(false))
    }
}

fn atomic(
    region: RegionSpecifier,
    changes: &[Mutation],
    condition: Option<&Condition>,
    nonce: u64,
) -> RegionAction {
    let action = |(index, change): (usize, &Mutation)| Action {
        index: Some(index as u32),
        mutation: Some(
            change.message(
                change
                    .needs_nonce()
                    .then(|| nonce.wrapping_add(index as u64)),
            ),
        ),
        get: None,
    };
    RegionAction {
        region,
        atomic: Some(true),
        action: changes.iter().enumerate().map(action).collect(),
        condition: condition.map(Condition::wire),
    }
}

fn row(result: Option<RowResult>, block: Bytes) -> Result<Option<Row>> {
    let cells = BlockReader::new(block).result(&result.unwrap_or_default())?;
    Ok(Row::of(cells))
}
