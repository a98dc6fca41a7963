//! Measures sentiment against labelled texts, and the speed of judging.
//!
//! `cargo run --release -p ting-methods --example judge_quality -- FILE.csv TEXT_COLUMN SCORE_COLUMN`
//! prints the rank agreement with the labels (AUC of above against below 0 or the mean), Pearson's correlation, and
//! texts per second on one core.

use std::time::Instant;

use anyhow::Context;
use ting_methods::text::{Tone, judge};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, text, label] = arguments.as_slice() else { anyhow::bail!("FILE TEXT SCORE") };
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("{path} cannot be read"))?;
    let headers = reader.headers()?.clone();
    let column =
        |name| headers.iter().position(|header| header == name).with_context(|| format!("no column {name}"));
    let (text, label) = (column(text)?, column(label)?);
    let rows: Vec<(String, f64)> = reader
        .records()
        .map(|row| row.map_err(Into::into).and_then(|row| Ok((row[text].to_owned(), row[label].parse()?))))
        .collect::<anyhow::Result<_>>()?;

    judge("warm up 热身");
    let started = Instant::now();
    let judged: Vec<_> = rows.iter().map(|(text, _)| judge(text)).collect();
    let seconds = started.elapsed().as_secs_f64();

    let scored: Vec<(f64, f64)> =
        judged.iter().zip(&rows).map(|(judged, row)| (f64::from(judged.sentiment.score), row.1)).collect();
    let lowest = rows.iter().map(|row| row.1).fold(f64::INFINITY, f64::min);
    let middle = if lowest < 0.0 { 0.0 } else { 0.5 };
    let neutral = judged.iter().filter(|judged| judged.sentiment.tone == Tone::Neutral).count();
    println!(
        "{} texts, {:.0} per second; AUC {:.3}, accuracy of the sign {:.3} ({neutral} neutral), Pearson {:.3}",
        rows.len(),
        count(rows.len()) / seconds,
        area_under_curve(&scored, middle),
        accuracy(&scored, middle),
        pearson(&scored)
    );
    let urgent = judged.iter().filter(|judged| !judged.urgency.hits.is_empty()).count();
    println!("urgency: {:.1} % with a hit", 100.0 * count(urgent) / count(rows.len()));
    Ok(())
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn area_under_curve(scored: &[(f64, f64)], middle: f64) -> f64 {
    let mut ranked: Vec<(f64, bool)> = scored
        .iter()
        .filter(|(_, truth)| (truth - middle).abs() > 1e-9)
        .map(|(score, truth)| (*score, *truth > middle))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut rank, mut sum, mut good) = (0.0, 0.0, 0.0);
    for ties in ranked.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let mean_rank = rank + f64::midpoint(count(ties.len()), 1.0);
        rank += count(ties.len());
        let positives = count(ties.iter().filter(|(_, positive)| *positive).count());
        sum += mean_rank * positives;
        good += positives;
    }
    (sum - good * (good + 1.0) / 2.0) / (good * (rank - good))
}

fn accuracy(scored: &[(f64, f64)], middle: f64) -> f64 {
    let decided = || scored.iter().filter(|(score, truth)| *score != 0.0 && (truth - middle).abs() > 1e-9);
    let right = decided().filter(|(score, truth)| (*score > 0.0) == (*truth > middle)).count();
    count(right) / count(decided().count())
}

fn pearson(scored: &[(f64, f64)]) -> f64 {
    let n = count(scored.len());
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| scored.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
    let product = |a: &dyn Fn(&(f64, f64)) -> f64, b: &dyn Fn(&(f64, f64)) -> f64| -> f64 {
        scored.iter().map(|pair| a(pair) * b(pair)).sum()
    };
    let (dx, dy) = (|pair: &(f64, f64)| pair.0 - x, |pair: &(f64, f64)| pair.1 - y);
    product(&dx, &dy) / (product(&dx, &dx) * product(&dy, &dy)).sqrt()
}
