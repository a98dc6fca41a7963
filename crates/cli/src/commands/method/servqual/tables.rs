use ting_methods::servqual::{DimensionGap, ItemGap};

use super::{Answer, item_name};
use crate::output::{Cell, Column as Head, Table};

/// Dimensions with the overall gaps, then items, the widest gap first.
pub fn tables(answer: &Answer) -> Vec<Table> {
    vec![dimensions(answer), items(answer)]
}

fn dimensions(answer: &Answer) -> Table {
    let found = &answer.found;
    let columns = [
        Head::text("dimension"),
        Head::right("expected"),
        Head::right("perceived"),
        Head::right("gap"),
        Head::right("95 % interval"),
        Head::right("n"),
        Head::right("weight"),
    ];
    let mut table = Table::list(&columns, "").foot(foot(answer));
    for own in &found.dimensions {
        let DimensionGap { dimension, expected, perceived, n, gap, low, high, mean_weight, .. } = own;
        table.row(vec![
            dimension.as_str().into(),
            plain(*expected),
            plain(*perceived),
            signed(*gap, *low, *high),
            interval(*low, *high),
            n.to_string().into(),
            mean_weight.map(|weight| format!("{weight:.1} %")).unwrap_or_default().into(),
        ]);
    }
    overall(&mut table, answer);
    table
}

fn overall(table: &mut Table, answer: &Answer) {
    let found = &answer.found;
    let mut add = |name: &str, gap: Option<f64>, low: Option<f64>, high: Option<f64>, n: u64| {
        let (gap, n) = (signed(gap, low, high), n.to_string().into());
        table.row(vec![name.into(), "".into(), "".into(), gap, interval(low, high), n, "".into()]);
    };
    add("all, unweighted", found.unweighted, found.unweighted_low, found.unweighted_high, found.n);
    if found.weighted.is_some() {
        add("all, weighted", found.weighted, found.weighted_low, found.weighted_high, found.weighted_n);
    }
}

fn items(answer: &Answer) -> Table {
    let columns = [
        Head::text("item"),
        Head::text("dimension"),
        Head::right("expected"),
        Head::right("perceived"),
        Head::right("gap"),
        Head::right("95 % interval"),
        Head::right("n"),
    ];
    let mut table = Table::list(&columns, "").foot("the widest gap first");
    let all = answer.found.dimensions.iter();
    let mut items: Vec<(&str, &ItemGap)> =
        all.flat_map(|own| own.items.iter().map(|item| (own.dimension.as_str(), item))).collect();
    // Sorting keeps equal ones in the order of the battery.
    items.sort_by(|(_, a), (_, b)| a.gap.unwrap_or(f64::INFINITY).total_cmp(&b.gap.unwrap_or(f64::INFINITY)));
    for (dimension, item) in items {
        table.row(vec![
            item_name(&item.item).into(),
            dimension.into(),
            plain(item.expected),
            plain(item.perceived),
            signed(item.gap, item.low, item.high),
            interval(item.low, item.high),
            item.n.to_string().into(),
        ]);
    }
    table
}

fn foot(answer: &Answer) -> String {
    let gap = &answer.gap;
    let mut lines = vec![
        format!("gap {}: {} - {}; below 0 something is missing", gap.number, gap.perceived, gap.expected),
        format!("scale {}; interval: Student's t over respondents", answer.scale),
    ];
    if answer.points_not_100 > 0 {
        lines.push(format!(
            "respondents whose points do not sum up to 100, so that their shares count: {}",
            answer.points_not_100
        ));
    }
    if answer.without_points > 0 {
        lines.push(format!(
            "respondents without points, who count only unweighted: {}",
            answer.without_points
        ));
    }
    lines.extend(answer.excluded.sentence());
    lines.join("\n")
}

fn plain(value: Option<f64>) -> Cell {
    value.map_or_else(|| Cell::faint("none"), |value| format!("{value:.2}").into())
}

/// Coloured when the interval does not hold 0.
fn signed(gap: Option<f64>, low: Option<f64>, high: Option<f64>) -> Cell {
    let Some(gap) = gap else { return Cell::faint("none") };
    let text = format!("{gap:+.2}");
    match low.zip(high) {
        Some((_, high)) if high < 0.0 => Cell::bad(text),
        Some((low, _)) if low > 0.0 => Cell::good(text),
        _ => Cell::new(text),
    }
}

fn interval(low: Option<f64>, high: Option<f64>) -> Cell {
    low.zip(high).map_or_else(|| Cell::faint("none"), |(low, high)| format!("{low:+.2} to {high:+.2}").into())
}
