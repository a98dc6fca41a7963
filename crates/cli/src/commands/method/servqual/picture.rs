use ting_methods::picture::{Ink, IntervalRow, Intervals, Shape};

use super::{Answer, item_name};

/// Gaps of dimensions, the items of each below it.
pub fn draw(answer: &Answer) -> String {
    let mut rows = Vec::new();
    for own in &answer.found.dimensions {
        rows.push(row(own.dimension.clone(), false, own.gap, own.low.zip(own.high)));
        let items = own.items.iter();
        rows.extend(items.map(|item| row(item_name(&item.item), true, item.gap, item.low.zip(item.high))));
    }
    let gap = &answer.gap;
    let picture = Intervals {
        title: format!("Gap {}: {} − {}", gap.number, gap.perceived, gap.expected),
        subtitle: format!("n = {}, scale {}, 95 % intervals (Student's t)", answer.found.n, answer.scale),
        axis: "gap, perceived − expected".to_owned(),
        figures: "gap".to_owned(),
        reference: Some((0.0, "no gap".to_owned())),
        kinds: vec![
            ("less than expected".to_owned(), Ink::Vermilion, Shape::Down),
            ("no clear gap".to_owned(), Ink::Grey, Shape::Circle),
            ("more than expected".to_owned(), Ink::Green, Shape::Triangle),
        ],
        rows,
    };
    picture.draw()
}

fn row(label: String, indented: bool, gap: Option<f64>, interval: Option<(f64, f64)>) -> IntervalRow {
    let kind = match interval {
        Some((_, high)) if high < 0.0 => 0,
        Some((low, _)) if low > 0.0 => 2,
        _ => 1,
    };
    let figures = gap.map_or_else(|| "none".to_owned(), |gap| format!("{gap:+.2}").replace('-', "−"));
    let (low, high) = interval.unzip();
    IntervalRow { label, value: gap, low, high, kind, indented, figures }
}
