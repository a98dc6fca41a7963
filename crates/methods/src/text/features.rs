use std::collections::BTreeSet;

use super::normalize::normalize;
use super::tokens::{each_bigram, each_word, is_content, stem};

/// What a short label is compared by: pairs of neighbouring Chinese characters, and the stems of words that tell something.
/// A text without either is compared by itself.
pub(crate) fn features(text: &str) -> BTreeSet<String> {
    let plain = normalize(text);
    let mut features = BTreeSet::new();
    each_bigram(&plain, |pair| {
        features.insert(pair.to_owned());
    });
    each_word(&plain, |word| {
        if let Some(word) = word.filter(|word| is_content(word)) {
            features.insert(stem(word).to_owned());
        }
    });
    if features.is_empty() && !plain.is_empty() {
        features.insert(plain);
    }
    features
}
