use super::{Answer, DIRECTIONAL, Figure, Look, Point};
use crate::commands::method::named::shown;
use crate::output::{Cell, Column as Head, Table};

/// One row for all, one for each group.
pub fn tables<F: Figure>(answer: &Answer<F>, look: &Look) -> Vec<Table> {
    let grouped = answer.groups.is_some();
    let mut columns =
        vec![Head::text("group"), Head::right("score"), Head::right("95 % interval"), Head::right("n")];
    columns.extend(&look.columns);
    if grouped {
        columns.push(Head::right("excluded"));
    }
    columns.push(Head::left("note"));
    let mut table = Table::list(&columns, "").foot(foot(answer, look));
    let mut add = |name: &str, figure: &F, excluded: u64| {
        let point = figure.point();
        let mut cells =
            vec![Cell::new(name), score(point, look), interval(point, look), point.n.to_string().into()];
        cells.extend(figure.cells());
        if grouped {
            cells.push(excluded.to_string().into());
        }
        cells.push(note(point));
        table.row(cells);
    };
    add("all", &answer.all, answer.excluded.total);
    for group in answer.groups.iter().flatten() {
        add(shown(&group.name), &group.figure, group.excluded);
    }
    vec![table]
}

fn score(point: &Point, look: &Look) -> Cell {
    point.score.map_or_else(|| Cell::faint("none"), |score| format!("{score:.*}", look.decimals).into())
}

fn interval(point: &Point, look: &Look) -> Cell {
    let Some((low, high)) = point.low.zip(point.high) else { return Cell::faint("none") };
    format!("{low:.0$} to {high:.0$}", look.decimals).into()
}

fn note(point: &Point) -> Cell {
    if point.n < DIRECTIONAL { Cell::warning("directional") } else { Cell::new("") }
}

fn foot<F: Figure>(answer: &Answer<F>, look: &Look) -> String {
    let mut lines = vec![format!(
        "column {}, scale {}; score: {}; interval: {}",
        answer.column, answer.scale, look.axis, look.interval
    )];
    let few = |point: &Point| point.n < DIRECTIONAL;
    if few(answer.all.point()) || answer.groups.iter().flatten().any(|group| group.directional) {
        lines.push(format!("directional: fewer than {DIRECTIONAL} answers, too few to rely on"));
    }
    lines.extend(answer.excluded.sentence());
    lines.join("\n")
}
