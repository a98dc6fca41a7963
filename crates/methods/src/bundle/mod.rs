//! Bundles of services: which combinations of modules and attributes exist, and what a customer's needs leave of them.
//!
//! A bundle is a tree of modules with attributes, rules of what goes together, and a mapping from what customers may ask for
//! (needs) to what that means for the attributes. [`Model::parse`] reads one from TOML and says line and column of whatever is
//! wrong; [`configure`] answers. Source of the concepts: modules, external variety and the mapping between them as in the
//! theory of service bundles (Albrecht and Zemke's bundle, Lovelock's flower of service); of the form: constraint problems
//! as product configurators use them.
//!
//! Meaning: mappings **restrict** (what is left is the intersection); a need that is not asked for restricts nothing. An
//! attribute of a module that is left out has no value: in a sum it counts 0, and a comparison none of whose attributes has
//! a value is false. `require` is not asked while none of its attributes has a value. Numbers of intervals are never
//! enumerated: sets of intervals are cut where a comparison decides, which is exact as long as one comparison names at most one
//! attribute with an interval. Sums are compared up to 1e-12 of their largest value, so that 0.1 + 0.2 is 0.3.
//!
//! Why a search of our own: see `docs/adr/0005-a-configurator-of-our-own.md`. It narrows sets by rules until nothing changes,
//! tries values of the variable with the fewest values and the most troublesome rules (dom/wdeg), counts what does not hang
//! together apart, and explains with QuickXplain. Every question has its limit of work and says when that was used up.

mod answer;
mod check;
mod compare;
mod configuration;
mod count;
mod domains;
mod explain;
mod expression;
mod fault;
mod file;
mod grammar;
mod linear;
mod load;
mod model;
mod request;
mod rules;
mod sample;
mod search;
mod set;
mod spans;
mod words;

pub use answer::{Answer, DEFAULT_COUNT_WORK, DEFAULT_WORK, Questions, Reason, Selection, configure};
pub use configuration::{Configuration, Held};
pub use fault::Fault;
pub use model::{Attribute, Domain, Kind, Model, Module, Need, Origin, Rule, Value};
pub use request::{Choices, RequestError};
pub use spans::Span;
