//! The SQL of each table. Every function takes the connection of a transaction that the caller opens and commits.

pub mod comment;
pub mod duplicate;
pub mod figures;
pub mod model;
pub mod overview;
pub mod run;
pub mod theme;
