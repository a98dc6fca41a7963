//! The two planes of a study as pictures.

mod chart;

use std::fmt::Write as _;

use super::category::Category;
use super::findings::{Findings, Requirement};
use crate::picture::Axis;
use chart::{Chart, Mark};

/// Room beyond the scale of Better and Worse, so that no mark sits on the frame.
const BEYOND_COEFFICIENTS: f64 = 0.04;
/// The same beyond the scale of the means.
const BEYOND_MEANS: f64 = 0.25;
/// More marks than this would hide behind their own whiskers.
const WHISKERS_MOST: usize = 12;
/// Radius of a mark, and of that of the least and the most important requirement.
const RADIUS: f64 = 6.0;
const RADII: (f64, f64) = (4.0, 13.0);

/// Draws Better over the size of Worse, with a mark for each requirement. With few requirements whiskers show the 95 % Wilson
/// intervals.
pub fn picture_of_coefficients(findings: &Findings) -> String {
    let whiskers = findings.requirements.len() <= WHISKERS_MOST;
    let mark = |found: &Requirement| {
        let (better, worse) = (found.better?, 0.0 - found.worse?);
        let spread = found.better_interval.zip(found.worse_interval).filter(|_| whiskers);
        Some(Mark {
            at: (worse, better),
            radius: RADIUS,
            category: found.category,
            label: label(found),
            values: format!("Better {better:.2}, Worse −{worse:.2}, n {}", found.n),
            spread: spread.map(|(b, w)| ((0.0 - w.upper, 0.0 - w.lower), (b.lower, b.upper))),
            weight: found.total_strength.unwrap_or_default(),
        })
    };
    let note = if whiskers { "; whiskers are 95 % intervals" } else { "" };
    let axis = |name: &str| Axis::new(name, -BEYOND_COEFFICIENTS, 1.0 + BEYOND_COEFFICIENTS);
    Chart {
        title: "Kano: what meeting a requirement gains, and missing it costs",
        note: note.to_owned(),
        x: axis("|Worse|: dissatisfaction if it is missing"),
        y: axis("Better: satisfaction if it is there"),
        cut: (findings.cuts.worse, findings.cuts.better),
        marks: findings.requirements.iter().filter_map(mark).collect(),
        of: findings.requirements.len(),
    }
    .draw()
}

/// Draws the mean functional over the mean dysfunctional answer; the larger the mark, the more important the requirement. With
/// few requirements whiskers show one standard deviation.
pub fn picture_of_means(findings: &Findings) -> String {
    let whiskers = findings.requirements.len() <= WHISKERS_MOST;
    let important = findings.requirements.iter().filter_map(|found| found.continuous.importance);
    let most = important.max_by(f64::total_cmp);
    let mark = |found| mark_of_means(found, most, whiskers);
    let marks: Vec<Mark> = findings.requirements.iter().filter_map(mark).collect();
    let mut note = if whiskers { "; whiskers are ± 1 standard deviation" } else { "" }.to_owned();
    if let Some(most) = most {
        // Writing to a String cannot fail.
        let _ = write!(note, "; size is importance, up to {most:.1}");
    }
    if marks.iter().any(|mark| mark.at.0 < 0.0 || mark.at.1 < 0.0) {
        note += "; shaded is below 0: reverse";
    }
    let axis = |name: &str, of: fn(&Mark) -> f64| {
        let lowest = marks.iter().map(of).fold(0.0, f64::min);
        Axis::new(name, lowest - BEYOND_MEANS, 4.0 + BEYOND_MEANS)
    };
    Chart {
        title: "Kano: means of the answers, from −2 to 4",
        note,
        x: axis("dysfunctional mean: worse if it is missing", |mark| mark.at.0),
        y: axis("functional mean: better if it is there", |mark| mark.at.1),
        cut: (findings.cuts.dysfunctional, findings.cuts.functional),
        of: findings.requirements.len(),
        marks,
    }
    .draw()
}

fn mark_of_means(found: &Requirement, most: Option<f64>, whiskers: bool) -> Option<Mark> {
    let means = &found.continuous;
    let (x, y) = (means.dysfunctional?, means.functional?);
    let spread = means.dysfunctional_sd.zip(means.functional_sd).filter(|_| whiskers);
    let importance = means.importance.map(|value| format!(", importance {value:.1}")).unwrap_or_default();
    Some(Mark {
        at: (x, y),
        radius: radius(means.importance, most),
        category: found.category,
        label: label(found),
        values: format!("functional {y:.2}, dysfunctional {x:.2}{importance}, n {}", found.n),
        spread: spread.map(|(dx, dy)| ((x - dx, x + dx), (y - dy, y + dy))),
        weight: means.importance.unwrap_or_default(),
    })
}

fn label(found: &Requirement) -> String {
    match &found.segment {
        Some(segment) if !segment.is_empty() => format!("{} · {segment}", found.requirement),
        _ => found.requirement.clone(),
    }
}

/// The area of a mark grows with importance.
fn radius(importance: Option<f64>, most: Option<f64>) -> f64 {
    match importance.zip(most) {
        Some((value, most)) if most > 0.0 => (RADII.1 * (value / most).sqrt()).max(RADII.0),
        Some(_) => RADII.0,
        None => RADIUS,
    }
}

/// How a quadrant is named in the picture.
fn quadrant_name(category: Category) -> &'static str {
    match category {
        Category::MustBe => "M  must-be 基本",
        Category::OneDimensional => "O  one-dimensional 期望",
        Category::Attractive => "A  attractive 魅力",
        Category::Indifferent => "I  indifferent 无差异",
        Category::Reverse => "R  reverse 反向",
        Category::Unclassified => "–  unclassified 未分类",
    }
}
