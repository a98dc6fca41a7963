//! The tables of intake. Every function works inside the caller's transaction, and in batches.

pub mod customer;
pub mod feedback;
pub mod identity;
pub mod response;
pub mod tally;

use std::borrow::Cow;

use uuid::Uuid;

/// One new row of `feedback` or `response`.
#[derive(Debug)]
pub struct Row<'a, V> {
    pub id: Uuid,
    /// The sender's; a copy of `id` where the sender gave none.
    pub external_id: Cow<'a, str>,
    pub customer_id: Option<Uuid>,
    pub voice: &'a V,
}

/// One column of the rows, as an array for `UNNEST`.
fn column<'a, V, T>(rows: &'a [Row<'a, V>], value: impl Fn(&'a Row<'a, V>) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
