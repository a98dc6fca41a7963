use ting_methods::segments::{Candidate, Mark, Segment, Segments, Warning};

use crate::output::{Cell, Column as Head, Table};

/// Heads of the columns of the profile; more segments do not fit on a page.
const HEADS: [&str; 8] = ["1", "2", "3", "4", "5", "6", "7", "8"];

/// What people read.
pub fn tables(found: &Segments) -> Vec<Table> {
    let mut tables = vec![segments(found), profile(found)];
    if found.candidates.len() > 1 {
        tables.push(candidates(found));
    }
    if !found.outliers.is_empty() {
        tables.push(outliers(found));
    }
    tables
}

fn segments(found: &Segments) -> Table {
    let heads = [
        Head::right("segment"),
        Head::right("rows"),
        Head::left("share (95 %)"),
        Head::right("silhouette"),
        Head::left("typical"),
        Head::text("what makes it different"),
    ];
    let mut table = Table::list(&heads, "").foot(foot(found));
    for segment in &found.segments {
        table.row(vec![
            segment.label.to_string().into(),
            segment.size.to_string().into(),
            share(segment).into(),
            decimals(segment.silhouette, 2).into(),
            segment.typical.as_str().into(),
            marks(&segment.marks),
        ]);
    }
    table
}

fn share(segment: &Segment) -> String {
    let percent = |part: f64| part * 100.0;
    let (lower, upper) = (percent(segment.interval.lower), percent(segment.interval.upper));
    format!("{:.0} % ({lower:.0}–{upper:.0})", percent(segment.share))
}

fn marks(marks: &[Mark]) -> Cell {
    if marks.is_empty() {
        return Cell::faint("near the mean of all");
    }
    let told = marks.iter().map(|mark| {
        let way = if mark.difference > 0.0 { "high" } else { "low" };
        format!("{way} {} ({:+.1})", mark.column, mark.difference)
    });
    told.collect::<Vec<_>>().join(", ").into()
}

fn decimals(value: Option<f64>, places: usize) -> String {
    value.map(|value| format!("{value:.places$}")).unwrap_or_default()
}

fn foot(found: &Segments) -> String {
    let aside = match found.outliers.len() {
        0 => String::new(),
        many => format!(", {many} set aside"),
    };
    let mut lines = vec![format!(
        "n = {}{aside}; in brackets standard deviations from the mean of all rows; near 1 a silhouette fits",
        found.n
    )];
    lines.extend(found.warnings.iter().map(|warning| warned(warning, found)));
    lines.join("\n")
}

fn warned(warning: &Warning, found: &Segments) -> String {
    match warning {
        Warning::ConstantColumn { column } => format!("note: {column} has one value only and tells nothing"),
        Warning::NoneSetAside => {
            "note: more than a tenth of the rows stand alone, so none was set aside as an exception"
                .to_owned()
        }
        Warning::FewerSegments { most } => format!("note: the rows allow up to {most} segments"),
        Warning::WeakStructure => {
            "note: the best mean silhouette is below 0.25; these rows may not fall into groups at all"
                .to_owned()
        }
        Warning::OtherChoice { criterion, k } => {
            let name =
                if criterion == "davies_bouldin" { "Davies–Bouldin" } else { "Caliński–Harabasz" };
            format!("note: by {name} it would be {k} segments instead of {}; look at both (--k {k})", found.k)
        }
        Warning::Unsettled => "note: the search was cut off before it came to rest".to_owned(),
    }
}

fn profile(found: &Segments) -> Table {
    let shown = found.segments.len().min(HEADS.len());
    let mut heads = vec![Head::text("mean of"), Head::right("all")];
    heads.extend(HEADS[..shown].iter().map(|head| Head::right(head)));
    let more = if shown < found.segments.len() { "; those of all segments are in --format json" } else { "" };
    let mut table = Table::list(&heads, "").foot(format!("means by segment, in the units of the file{more}"));
    let columns = found.segments.first().map(|segment| segment.columns.as_slice()).unwrap_or_default();
    for (at, column) in columns.iter().enumerate() {
        let mut row = vec![Cell::new(column.column.as_str()), number(column.overall).into()];
        for segment in &found.segments[..shown] {
            let own = &segment.columns[at];
            let text = number(own.mean);
            row.push(match own.difference {
                Some(difference) if difference >= 0.5 => Cell::good(text),
                Some(difference) if difference <= -0.5 => Cell::warning(text),
                _ => text.into(),
            });
        }
        table.row(row);
    }
    table
}

/// Four digits or a little more.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e7).contains(&size) {
        return format!("{value:.2e}");
    }
    let places = if size >= 1000.0 {
        0
    } else if size >= 100.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        3
    };
    format!("{value:.places$}")
}

fn candidates(found: &Segments) -> Table {
    let sampled = found.candidates.iter().any(|candidate| candidate.silhouette_error.is_some());
    let heads = [
        Head::right("k"),
        Head::right("silhouette"),
        Head::right("± (95 %)"),
        Head::right("caliński–harabasz"),
        Head::right("davies–bouldin"),
        Head::right("inertia"),
        Head::left("taken"),
    ];
    let how = if sampled {
        format!("of {} rows drawn by chance", found.silhouette_rows)
    } else {
        "of all rows, exact".to_owned()
    };
    let foot = format!(
        "silhouettes {how}; larger is better, as with Caliński–Harabasz; smaller with Davies–Bouldin"
    );
    let mut table = Table::list(&heads, "").foot(foot);
    for candidate in &found.candidates {
        let Candidate { k, inertia, silhouette, silhouette_error, calinski_harabasz, davies_bouldin, .. } =
            candidate;
        let taken = if *k == found.k { Cell::good("◆") } else { "".into() };
        table.row(vec![
            k.to_string().into(),
            decimals(*silhouette, 3).into(),
            decimals(*silhouette_error, 3).into(),
            calinski_harabasz.map(number).unwrap_or_default().into(),
            decimals(*davies_bouldin, 3).into(),
            number(*inertia).into(),
            taken,
        ]);
    }
    table
}

fn outliers(found: &Segments) -> Table {
    let heads = [Head::left("set aside"), Head::right("distance"), Head::right("limit")];
    let mut table = Table::list(&heads, "").foot(
        "distance to the third nearest row, in standard deviations; look whether these are errors, or use --keep-outliers",
    );
    for outlier in found.outliers.iter().take(20) {
        table.row(vec![
            outlier.id.as_str().into(),
            format!("{:.2}", outlier.distance).into(),
            format!("{:.2}", outlier.limit).into(),
        ]);
    }
    table
}
