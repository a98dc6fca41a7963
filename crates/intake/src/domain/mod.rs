//! What intake takes: rules of the contract, without a store or a clock.

mod customer;
mod feedback;
mod response;

use ting_chassis::input::{Checks, InvalidInput, Violation, external_id};

pub use customer::{Attributes, Customer, CustomerId, Identity, NewCustomer};
pub use feedback::{NewFeedback, kind_name, kind_named, source_name, source_named};
pub use response::{NewResponse, metric_name, metric_named};

/// An external id that may be left out.
fn optional_external_id(field: &str, raw: &str) -> Result<Option<String>, Violation> {
    if raw.is_empty() { Ok(None) } else { external_id(field, raw).map(Some) }
}

/// The violations of `checks`, of which there is at least one.
fn failure(checks: Checks) -> InvalidInput {
    checks.finish().err().unwrap_or_else(|| InvalidInput(Vec::new()))
}
