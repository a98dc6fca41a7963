use ting_methods::ratio::{Ratio, ZoneSummary};
use ting_methods::score::Band;

use super::{Answer, Part, name};
use crate::commands::method::named::shown;
use crate::output::{Cell, Column as Head, Table};

/// Customers that a table shows; `--format json` has all.
const CUSTOMERS_SHOWN: usize = 20;

/// All and attributes, how the bands are spread, the customers worst off, the zone of tolerance.
pub fn tables(answer: &Answer) -> Vec<Table> {
    let mut tables = vec![totals(answer), bands(answer)];
    if let Some(customers) = &answer.customers {
        tables.push(worst(customers));
    }
    if let Some(zone) = &answer.zone {
        tables.push(zones(zone, answer.attributes.as_deref().unwrap_or_default()));
    }
    tables
}

const COLUMNS: [Head; 6] = [
    Head::right("n"),
    Head::right("ratio"),
    Head::right("mean ratio"),
    Head::right("geometric"),
    Head::right("difference"),
    Head::left("band"),
];

fn totals(answer: &Answer) -> Table {
    let mut foot = "ratio: perceived / expected, of weighted sums; mean ratio: weighted mean of ratios; difference: perceived - expected"
        .to_owned();
    match answer.unanswered {
        0 => {}
        1 => foot.push_str("\n1 unanswered row is left out"),
        many => foot = format!("{foot}\n{many} unanswered rows are left out"),
    }
    let mut table = Table::list(&[&[Head::text("attribute")], &COLUMNS[..]].concat(), "").foot(foot);
    table.row(cells("all", Some(&answer.all)));
    for part in answer.attributes.iter().flatten() {
        table.row(cells(shown(&part.name), part.total.as_ref()));
    }
    table
}

fn worst(customers: &[Part]) -> Table {
    let left_out = customers.len().saturating_sub(CUSTOMERS_SHOWN);
    let mut table = Table::list(&[&[Head::text("customer")], &COLUMNS[..]].concat(), "");
    for part in customers.iter().take(CUSTOMERS_SHOWN) {
        table.row(cells(shown(&part.name), part.total.as_ref()));
    }
    if left_out == 0 { table } else { table.foot(format!("and {left_out} customers with a higher ratio")) }
}

fn cells(name: &str, total: Option<&Ratio>) -> Vec<Cell> {
    let Some(total) = total else {
        return [name, "0", "none", "none", "none", "none", "no weight"].map(Cell::faint).to_vec();
    };
    vec![
        name.into(),
        total.n.to_string().into(),
        format!("{:.3}", total.ratio).into(),
        format!("{:.3}", total.mean_ratio).into(),
        format!("{:.3}", total.geometric).into(),
        signed(total.difference).into(),
        band(total.band),
    ]
}

fn bands(answer: &Answer) -> Table {
    let columns = [
        Head::left("band"),
        Head::right(answer.bands.of),
        Head::right("share"),
        Head::right("95 % interval"),
    ];
    let mut table = Table::list(&columns, "").foot(format!(
        "as expected is {:.3} to {:.3}; interval: Wilson",
        1.0 - answer.tolerance,
        1.0 + answer.tolerance
    ));
    for share in &answer.bands.shares {
        let found = share.share;
        table.row(vec![
            band(share.band),
            found.count.to_string().into(),
            format!("{:.1} %", 100.0 * found.share).into(),
            format!("{:.1} to {:.1} %", 100.0 * found.low, 100.0 * found.high).into(),
        ]);
    }
    table
}

fn zones(all: &ZoneSummary, attributes: &[Part]) -> Table {
    let columns = [
        Head::text("zone of tolerance"),
        Head::right("n"),
        Head::right("msa"),
        Head::right("mss"),
        Head::right("below"),
        Head::right("within"),
        Head::right("above"),
    ];
    let mut table = Table::list(&columns, "")
        .foot("msa: perceived - adequate, below 0 is not acceptable; mss: perceived - desired, above 0 is more than wished for");
    let mut add = |name: &str, zone: &ZoneSummary| {
        let percent = |share: f64| Cell::new(format!("{:.0} %", 100.0 * share));
        table.row(vec![
            name.into(),
            zone.n.to_string().into(),
            signed(zone.msa).into(),
            signed(zone.mss).into(),
            percent(zone.below.share),
            percent(zone.within.share),
            percent(zone.above.share),
        ]);
    };
    add("all", all);
    for (part, zone) in attributes.iter().filter_map(|part| Some((part, part.zone.as_ref()?))) {
        add(shown(&part.name), zone);
    }
    table
}

fn band(band: Band) -> Cell {
    match band {
        Band::Dissatisfied => Cell::bad(name(band)),
        Band::Satisfied => Cell::new(name(band)),
        Band::Delighted => Cell::good(name(band)),
    }
}

fn signed(value: f64) -> String {
    format!("{value:+.3}")
}
