//! Draws results as SVG: one canvas, axes, marks and labels that keep out of each other's way.
//!
//! Every picture is a whole SVG document in light and dark, with a title and a description for those who do not see it. Kinds
//! are told apart by shape and by a colour that holds without colour vision (Okabe and Ito, *Color Universal Design*,
//! 2008). Start with [`Canvas`]; [`Plot`] maps numbers to places on it; [`place_labels`] keeps labels apart; [`Intervals`] draws values
//! with their intervals below each other.

mod canvas;
mod intervals;
mod labels;
mod plot;

pub use canvas::{Anchor, Canvas, Ink, Shape};
pub use intervals::{IntervalRow, Intervals};
pub use labels::{Label, place_labels, text_width};
pub use plot::{Axis, Plot};
