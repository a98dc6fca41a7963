//! SQL, a file for each table.

pub mod attempt;
pub mod case;
pub mod endpoint;
pub mod entry;
pub mod notification;
mod words;
