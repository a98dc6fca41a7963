//! What `ting ops backup` and `ting ops restore` share: where stores and backups are, what a backup consists of, and the programs of
//! Postgres that read and write it.

mod address;
mod load;
mod manifest;
mod place;
mod programs;
mod rows;

pub use address::Address;
pub use load::{Load, load};
pub use manifest::{MANIFEST, Manifest, Migrations, SUMS, Saved, Sums};
pub use place::{Place, Sealed, verify};
pub use programs::{Program, Programs, major, run_beside};
pub use rows::{Rows, count, quoted, tables};
