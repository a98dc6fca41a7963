//! Who bought when for how much: the list of transactions that [`crate::rfm`] and [`crate::clv`] read.
//!
//! Rows are added one by one in any order to a [`Ledger`]; it keeps one entry for each customer and day. Days are whole numbers
//! counted from 1970-01-01. Money is exact: sums are of millionths and depend on no order.

mod amount;
mod ledger;

pub(crate) use amount::money;
pub use amount::{Amount, AmountError};
pub use ledger::{History, Ledger, Purchase, PurchaseError, Purchases, Returns};
