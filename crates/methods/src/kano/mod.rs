//! Kano's questionnaire: which requirements customers take for granted, want more of, or are delighted by.
//!
//! For each requirement a customer answers two questions, *functional* (how do you feel if it is there?) and
//! *dysfunctional* (if it is not?), each from 1 (like) to 5 (dislike). A [`Table`] turns the pair into a [`Cell`]; the counts
//! of the cells give a requirement its [`Category`] by one of three [`Rule`]s, its coefficients Better and Worse, its
//! strengths, and Fong's test of whether the leading two categories really differ. A second reading gives every answer a
//! number and takes means (DuMouchel's continuous analysis).
//!
//! Feed a [`Study`] row by row, then ask it for its [`Findings`]; counts made elsewhere have the same methods on [`Counts`].
//!
//! Sources: Kano, Seraku, Takahashi & Tsuji 1984; Berger et al., *Kano's methods for understanding customer-defined quality*,
//! Center for Quality of Management Journal 2(4), 1993; Matzler et al. 1996; Fong, CQM Journal 5, 1996, 21–24; Lee & Newcomb
//! 1997. Everything is counted in whole numbers, so neither the order of rows nor the machine can change a digit.

mod category;
mod continuous;
mod counts;
mod findings;
mod fong;
mod item;
mod names;
mod picture;
mod quadrant;
mod respondent;
mod rule;
mod study;
mod table;

pub use category::{Category, Cell};
pub use continuous::Continuous;
pub use counts::{ChiSquared, Counts};
pub use findings::{Findings, Requirement, StraightLining, Warning};
pub use fong::Fong;
pub use picture::{picture_of_coefficients, picture_of_means};
pub use quadrant::{Cut, Cuts};
pub use rule::{Rule, Rules};
pub use study::{Answer, KanoError, Options, Question, Study};
pub use table::{Table, TableError};
