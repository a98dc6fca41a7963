use ting_methods::picture::{Ink, IntervalRow, Intervals, Shape};

use super::{Answer, DIRECTIONAL, Figure, Look, Point};
use crate::commands::method::named::shown;

/// Groups as points with intervals, the highest score on top; without groups one point for all.
pub fn draw<F: Figure>(answer: &Answer<F>, look: &Look) -> String {
    let all = answer.all.point();
    let row = |label: &str, point: &Point| IntervalRow {
        label: label.to_owned(),
        value: point.score,
        low: point.low,
        high: point.high,
        kind: usize::from(point.n < DIRECTIONAL),
        indented: false,
        figures: figures(point, look),
    };
    let groups = answer.groups.iter().flatten();
    let mut rows: Vec<IntervalRow> =
        groups.map(|group| row(shown(&group.name), group.figure.point())).collect();
    let mut title = format!("{} of {}", look.name, answer.column);
    if let Some(by) = &answer.by {
        title = format!("{title} by {by}");
    } else {
        rows.push(row("all", all));
    }
    let reference = all.score.filter(|_| answer.by.is_some());
    let picture = Intervals {
        title,
        subtitle: format!("n = {}, scale {}, 95 % intervals ({})", all.n, answer.scale, look.interval),
        axis: look.axis.to_owned(),
        figures: "score, n".to_owned(),
        reference: reference.map(|score| (score, format!("all {score:.*}", look.decimals))),
        kinds: vec![
            ("30 answers or more".to_owned(), Ink::Blue, Shape::Circle),
            ("fewer than 30 answers: directional".to_owned(), Ink::Orange, Shape::Diamond),
        ],
        rows,
    };
    picture.draw()
}

fn figures(point: &Point, look: &Look) -> String {
    let score = point.score.map_or_else(|| "none".to_owned(), |score| format!("{score:.*}", look.decimals));
    format!("{}, n {}", score.replace('-', "−"), point.n)
}
