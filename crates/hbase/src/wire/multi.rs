//! Many changes and reads of many regions in one call.

use super::basic::NameBytesPair;
use super::get::Get;
use super::mutation::{Condition, Mutation};
use super::region::RegionSpecifier;
use super::result::RowResult;

/// One change or one read.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Action {
    /// The action's number within its region; the answer repeats it.
    #[prost(uint32, optional, tag = "1")]
    pub index: Option<u32>,
    #[prost(message, optional, tag = "2")]
    pub mutation: Option<Mutation>,
    #[prost(message, optional, boxed, tag = "3")]
    pub get: Option<Box<Get>>,
}

/// What is to be done in one region.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RegionAction {
    #[prost(message, required, tag = "1")]
    pub region: RegionSpecifier,
    #[prost(bool, optional, tag = "2")]
    pub atomic: Option<bool>,
    #[prost(message, repeated, tag = "3")]
    pub action: Vec<Action>,
    #[prost(message, optional, tag = "4")]
    pub condition: Option<Condition>,
}

/// What is to be done on one server.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MultiRequest {
    #[prost(message, repeated, tag = "1")]
    pub region_action: Vec<RegionAction>,
    #[prost(uint64, optional, tag = "2")]
    pub nonce_group: Option<u64>,
}

/// The answer to one action.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResultOrException {
    #[prost(uint32, optional, tag = "1")]
    pub index: Option<u32>,
    #[prost(message, optional, tag = "2")]
    pub result: Option<RowResult>,
    #[prost(message, optional, tag = "3")]
    pub exception: Option<NameBytesPair>,
}

/// The answers of one region, or why it has none.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RegionActionResult {
    #[prost(message, repeated, tag = "1")]
    pub result_or_exception: Vec<ResultOrException>,
    #[prost(message, optional, tag = "2")]
    pub exception: Option<NameBytesPair>,
    #[prost(bool, optional, tag = "3")]
    pub processed: Option<bool>,
}

/// The answers of the regions, in the order of the request.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MultiResponse {
    #[prost(message, repeated, tag = "1")]
    pub region_action_result: Vec<RegionActionResult>,
    #[prost(bool, optional, tag = "2")]
    pub processed: Option<bool>,
}
