//! Measures themes against labelled comments: agreement (ARI, NMI), number of themes, comments per second.
//!
//! `cargo run --release -p ting-methods --example theme_quality -- FILE.csv TEXT_COLUMN LABEL_COLUMN [SEED [RESOLUTION
//! [NEIGHBOURS]]]` prints one line per level. Comments with more than one label are left out, and none is parked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use anyhow::Context;
use ting_methods::text::{Comment, FitOptions, Fitted, Level, fit};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, text, label, rest @ ..] = arguments.as_slice() else {
        anyhow::bail!("FILE TEXT LABEL [SEED]")
    };
    let labelled = read(path, text, label)?;
    let id = |at: usize| format!("{at:08}");
    let comments: Vec<Comment<'_>> =
        labelled.keys().enumerate().map(|(at, text)| Comment { id: id(at), text }).collect();
    let seed = rest.first().map_or(Ok(1), |seed| seed.parse())?;
    let resolution = rest.get(1).map_or(Ok(1.0), |resolution| resolution.parse())?;
    let neighbours =
        rest.get(2).map_or(Ok(FitOptions::default().neighbours), |neighbours| neighbours.parse())?;
    let options = FitOptions { seed, resolution, neighbours, parked_share: 0.0, ..FitOptions::default() };

    let started = Instant::now();
    let mut last = (started, 0.0);
    let fitted = fit(&comments, &options, &mut |part| {
        eprintln!("{:>5.2} of the way after {:.2} s", last.1, last.0.elapsed().as_secs_f64());
        last = (Instant::now(), part);
    });
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{} comments in {seconds:.2} s, {:.0} per second, {} parked, model {} kB",
        comments.len(),
        f64::from(u32::try_from(comments.len())?) / seconds,
        fitted.parked,
        fitted.model.to_bytes().len() / 1024
    );
    report(&fitted, &labelled);
    Ok(())
}

fn read(path: &str, text: &str, label: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("{path} cannot be read"))?;
    let headers = reader.headers()?.clone();
    let column =
        |name| headers.iter().position(|header| header == name).with_context(|| format!("no column {name}"));
    let (text, label) = (column(text)?, column(label)?);
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in reader.records() {
        let row = row?;
        if !row[text].trim().is_empty() {
            labels.entry(row[text].to_owned()).or_default().insert(row[label].to_owned());
        }
    }
    let single = |(text, labels): (String, BTreeSet<String>)| {
        let only = labels.into_iter().next()?;
        Some((text, only))
    };
    let labelled = labels.into_iter().filter(|(_, labels)| labels.len() == 1).filter_map(single).collect();
    Ok(labelled)
}

fn report(fitted: &Fitted, labelled: &BTreeMap<String, String>) {
    let parents: HashMap<u32, Option<u32>> =
        fitted.themes.iter().map(|theme| (theme.key, theme.parent)).collect();
    let mut numbers = HashMap::new();
    let (mut truth, mut middle, mut large) = (Vec::new(), Vec::new(), Vec::new());
    for (assignment, label) in fitted.assignments.iter().zip(labelled.values()) {
        let Some(theme) = assignment.theme else { continue };
        let next = numbers.len();
        truth.push(*numbers.entry(label).or_insert(next));
        middle.push(theme as usize);
        large.push(parents[&theme].unwrap_or_default() as usize);
    }
    for (name, found) in [("middle", &middle), ("large", &large)] {
        let agreement = (leiden_rs::ari(found, &truth), leiden_rs::nmi(found, &truth));
        let count = found.iter().collect::<BTreeSet<_>>().len();
        println!("{name}: {count} themes, ARI {:.3}, NMI {:.3}", agreement.0, agreement.1);
    }
    for theme in fitted.themes.iter().filter(|theme| theme.level == Level::Middle) {
        println!("{:>6} {}  [{}]", theme.size, theme.label, theme.terms.join(" "));
    }
}
