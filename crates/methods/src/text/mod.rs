//! Reads what customers write: language, sentiment, urgency, statements, near-duplicates and themes.
//!
//! Start with [`judge`] for one comment and [`fit`] for the themes of many. No model is downloaded or shipped
//! beyond word lists: topics and word vectors are learnt from the comments themselves, so that the product names
//! of a company are known from the first fit. Chinese and English are understood; the two share no words, so a
//! theme is in one language.
//!
//! Every result is the same for the same comments and seed on one kind of processor, whatever the order of the
//! comments and the number of threads. Another kind may round a product otherwise and so move a comment that lies
//! between two themes.

pub mod duplicates;

mod cluster;
mod continuity;
mod corpus;
mod corrections;
mod encoder;
mod features;
mod fit;
mod fitted;
mod folding;
mod guide;
mod knn;
mod language;
mod levels;
mod matching;
mod middle;
mod model;
mod names;
mod normalize;
mod options;
mod ppmi;
mod previous;
mod record;
mod rows;
mod sentiment;
mod settle;
mod space;
mod sparse;
mod statements;
mod svd;
mod tfidf;
mod tokens;
mod urgency;

pub use corrections::{Action, Correction};
pub use encoder::{Encoded, EncodedError};
pub use fit::{Comment, Guidance, fit, fit_guided};
pub use fitted::{Assignment, Fitted};
pub use language::{Language, LanguageCounts, language};
pub use levels::{Level, Quote, Theme};
pub use matching::match_themes;
pub use model::{Drift, Model, ModelError, Placement, VERSION};
pub use normalize::normalize;
pub use options::FitOptions;
pub use previous::{Diff, Move, Previous};
pub use record::Record;
pub use sentiment::{Sentiment, Tone, WeightedWord, chinese_features};
pub use statements::{cards, statements};
pub use urgency::{Hit, Urgency};

pub(crate) use features::features;
pub(crate) use language::is_han;
pub(crate) use tokens::{Tagged, tagged};

use serde::{Deserialize, Serialize};

/// What one comment says about itself, without regard to any other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    pub language: Language,
    pub sentiment: Sentiment,
    pub urgency: Urgency,
}

/// Judges one comment: language, sentiment and urgency, each with the words that decided.
pub fn judge(text: &str) -> Judgement {
    let plain = normalize(text);
    let language = language(&plain);
    let sentiment = sentiment::sentiment(language, text, &plain);
    let urgency = urgency::urgency(text, &plain);
    Judgement { language, sentiment, urgency }
}
