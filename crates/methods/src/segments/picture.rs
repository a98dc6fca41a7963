use super::{Candidate, Plane, Segment, Segments, Trait};
use crate::number::len_f64;
use crate::picture::{Anchor, Axis, Canvas, Ink, Plot, Shape, text_width};

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 24.0;
/// Columns of the file drawn at most: those by which segments differ most.
const COLUMNS: usize = 30;
/// Segments beside each other.
const ABREAST: usize = 5;
const LINE: f64 = 18.0;
/// Room for the names of columns.
const NAMES: f64 = 170.0;
const PANEL: f64 = 160.0;

/// Draws the silhouette by number of segments, the rows on their two principal axes, and the profile of each segment.
pub fn picture(found: &Segments, plane: &Plane) -> String {
    let columns = telling(found);
    let abreast_rows = len_f64(found.segments.len().div_ceil(ABREAST));
    let legend_rows = len_f64(found.segments.len().div_ceil(ABREAST));
    let panel_height = 70.0 + LINE * len_f64(columns.len());
    let top = 70.0 + 22.0 * legend_rows;
    let profile_top = top + 390.0;
    let title = format!("{} segments of {} rows", found.k, found.n);
    let description = format!(
        "Segments of {} rows; the largest has {}.",
        found.sizes.len(),
        found.sizes.first().unwrap_or(&0)
    );
    let mut canvas =
        Canvas::new(WIDTH, profile_top + 40.0 + panel_height * abreast_rows, &title, &description);
    canvas.text((LEFT, 34.0), Anchor::Start, 20.0, "title", &title);
    let aside = match found.outliers.len() {
        0 => String::new(),
        1 => "; 1 row that stands alone is set aside".to_owned(),
        many => format!("; {many} rows that stand alone are set aside"),
    };
    let of = if plane.spots.len() < plane.of {
        format!("{} of {} rows are drawn", plane.spots.len(), plane.of)
    } else {
        "every row is drawn".to_owned()
    };
    canvas.text((LEFT, 54.0), Anchor::Start, 12.0, "quiet", &format!("{of}{aside}"));
    legend(&mut canvas, found);
    silhouettes(&mut canvas, found, (LEFT + 56.0, top + 40.0, 330.0, 270.0));
    scatter(&mut canvas, plane, (530.0, top + 40.0, 440.0, 270.0));
    canvas.text((LEFT, profile_top), Anchor::Start, 15.0, "title", "What makes each segment different");
    let shown = if columns.len() < found.segments.first().map_or(0, |segment| segment.columns.len()) {
        format!("; the {} columns that tell most", columns.len())
    } else {
        String::new()
    };
    let told = format!(
        "bars: mean of the segment, in standard deviations from the mean of all; numbers: mean in the unit of the file{shown}"
    );
    canvas.text((LEFT, profile_top + 20.0), Anchor::Start, 12.0, "quiet", &told);
    for (at, segment) in found.segments.iter().enumerate() {
        let row = len_f64(at / ABREAST);
        let left = NAMES + LEFT + PANEL * len_f64(at % ABREAST);
        let corner = (left, profile_top + 34.0 + panel_height * row);
        if at % ABREAST == 0 {
            names(&mut canvas, segment, &columns, corner.1);
        }
        profile(&mut canvas, found, segment, &columns, corner);
    }
    canvas.finish()
}

/// Shape and colour of a segment, counted from 1.
fn look(label: usize) -> (Shape, Ink) {
    (Shape::nth(label.saturating_sub(1)), Ink::nth(label.saturating_sub(1)))
}

fn legend(canvas: &mut Canvas, found: &Segments) {
    for (at, segment) in found.segments.iter().enumerate() {
        let (x, y) = (LEFT + 190.0 * len_f64(at % ABREAST), 80.0 + 22.0 * len_f64(at / ABREAST));
        let (shape, ink) = look(segment.label);
        canvas.mark((x + 6.0, y - 4.0), 5.0, shape, ink, &segment.typical);
        let text = format!("segment {}: {} ({:.0} %)", segment.label, segment.size, 100.0 * segment.share);
        canvas.text((x + 18.0, y), Anchor::Start, 13.0, "", &text);
    }
}

fn silhouettes(canvas: &mut Canvas, found: &Segments, frame: (f64, f64, f64, f64)) {
    let known: Vec<(f64, f64, f64)> = found.candidates.iter().filter_map(known).collect();
    heading(canvas, frame, "Mean silhouette by number of segments");
    if known.is_empty() {
        canvas.text(
            (frame.0, frame.1 + 40.0),
            Anchor::Start,
            13.0,
            "quiet",
            "each row is a segment of its own",
        );
        return;
    }
    let ks = known.iter().map(|(k, ..)| *k);
    let (first, last) =
        ks.fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), k| (least.min(k), most.max(k)));
    let lowest = known.iter().map(|(_, value, error)| value - error).fold(0.0, f64::min);
    let highest = known.iter().map(|(_, value, error)| value + error).fold(0.0, f64::max).max(0.1);
    let x = Axis::new("", first - 0.5, last + 0.5);
    let y = Axis::new("", lowest * 1.1, (highest * 1.15).min(1.05));
    let plot = Plot::new(x, y, frame);
    let every = known.len().div_ceil(15);
    let marks: Vec<(f64, String)> =
        known.iter().step_by(every).map(|(k, ..)| (*k, format!("{k:.0}"))).collect();
    plot.draw_marked(canvas, &marks);
    let line: Vec<(f64, f64)> = known.iter().map(|(k, value, _)| plot.at(*k, *value)).collect();
    canvas.path(&line, Ink::Grey, 1.5, false);
    for (k, value, error) in &known {
        if *error > 0.0 {
            canvas.path(&[plot.at(*k, value - error), plot.at(*k, value + error)], Ink::Text, 1.5, false);
        }
        let taken = (*k - len_f64(found.k)).abs() < 0.5;
        let (radius, shape, ink) =
            if taken { (7.0, Shape::Diamond, Ink::Vermilion) } else { (4.0, Shape::Circle, Ink::Grey) };
        let (x, y) = plot.at(*k, *value);
        canvas.mark((x, y), radius, shape, ink, &format!("{k:.0}: {value:.3}"));
        if taken {
            canvas.text((x, y - 13.0), Anchor::Middle, 13.0, "title", &format!("{value:.2}"));
        }
    }
    let foot = "◆ taken; near 1 rows fit their segment, below 0.25 hardly";
    canvas.text((frame.0 - 30.0, frame.1 + frame.3 + 42.0), Anchor::Start, 12.0, "quiet", foot);
}

fn known(candidate: &Candidate) -> Option<(f64, f64, f64)> {
    Some((len_f64(candidate.k), candidate.silhouette?, candidate.silhouette_error.unwrap_or_default()))
}

fn scatter(canvas: &mut Canvas, plane: &Plane, frame: (f64, f64, f64, f64)) {
    let shown = 100.0 * (plane.shares[0] + plane.shares[1]);
    heading(canvas, frame, &format!("Rows on the two principal axes ({shown:.0} % of the variance)"));
    let axis = |name: &str, share: f64| format!("{name} axis ({:.0} %)", 100.0 * share);
    let x = Axis::around(&axis("first", plane.shares[0]), plane.spots.iter().map(|spot| spot.x));
    let y = Axis::around(&axis("second", plane.shares[1]), plane.spots.iter().map(|spot| spot.y));
    let plot = Plot::new(x, y, frame);
    plot.draw(canvas);
    let radius = if plane.spots.len() > 400 { 3.0 } else { 4.5 };
    for spot in &plane.spots {
        let (shape, ink) = look(spot.label);
        canvas.mark(plot.at(spot.x, spot.y), radius, shape, ink, &format!("{} ({})", spot.id, spot.label));
    }
}

fn heading(canvas: &mut Canvas, frame: (f64, f64, f64, f64), text: &str) {
    canvas.text((frame.0 - 30.0, frame.1 - 14.0), Anchor::Start, 15.0, "title", text);
}

/// The places of the columns to draw: all, or those whose means differ most.
fn telling(found: &Segments) -> Vec<usize> {
    let count = found.segments.first().map_or(0, |segment| segment.columns.len());
    let mut columns: Vec<usize> = (0..count).collect();
    if count > COLUMNS {
        columns.sort_by(|a, b| most(found, *b).total_cmp(&most(found, *a)));
        columns.truncate(COLUMNS);
        columns.sort_unstable();
    }
    columns
}

fn most(found: &Segments, column: usize) -> f64 {
    let differences = found.segments.iter().filter_map(|segment| segment.columns[column].difference);
    differences.map(f64::abs).fold(0.0, f64::max)
}

fn names(canvas: &mut Canvas, segment: &Segment, columns: &[usize], top: f64) {
    for (row, column) in columns.iter().enumerate() {
        let name = cut(&segment.columns[*column].column, 12.0, NAMES - 14.0);
        let y = top + 34.0 + LINE * len_f64(row);
        canvas.text((LEFT + NAMES - 10.0, y + 4.0), Anchor::End, 12.0, "", &name);
    }
}

fn profile(
    canvas: &mut Canvas,
    found: &Segments,
    segment: &Segment,
    columns: &[usize],
    (left, top): (f64, f64),
) {
    let (bars, height) = (PANEL - 62.0, LINE * len_f64(columns.len()));
    let widest = columns.iter().map(|column| most(found, *column)).fold(1.0, f64::max);
    let (middle, unit) = (left + bars / 2.0, bars / 2.0 / widest);
    let (shape, ink) = look(segment.label);
    canvas.panel((left, top + 22.0), (PANEL - 8.0, height + 4.0));
    canvas.mark((left + 8.0, top + 9.0), 5.0, shape, ink, &segment.typical);
    canvas.text(
        (left + 20.0, top + 14.0),
        Anchor::Start,
        13.0,
        "title",
        &format!("{} · n = {}", segment.label, segment.size),
    );
    for (row, column) in columns.iter().enumerate() {
        let found = &segment.columns[*column];
        let y = top + 34.0 + LINE * len_f64(row);
        let length = found.difference.unwrap_or_default() * unit;
        canvas.bar((middle.min(middle + length), y - 6.0), (length.abs(), 12.0), ink, 0.85);
        let value = mean(found);
        canvas.text((left + PANEL - 14.0, y + 4.0), Anchor::End, 11.0, "", &value);
    }
    canvas.line((middle, top + 22.0), (middle, top + 26.0 + height), "axis");
    for end in [-widest, widest] {
        let text = format!("{end:+.1}").replace('-', "−");
        let anchor = if end < 0.0 { Anchor::Start } else { Anchor::End };
        canvas.text((middle + end * unit, top + 40.0 + height), anchor, 11.0, "quiet", &text);
    }
}

/// A mean in few digits.
fn mean(found: &Trait) -> String {
    let size = found.mean.abs();
    let text = match size {
        0.0 => "0".to_owned(),
        _ if !(1e-3..1e6).contains(&size) => format!("{:.1e}", found.mean),
        _ if size >= 1000.0 => format!("{:.0}", found.mean),
        _ if size >= 100.0 => format!("{:.1}", found.mean),
        _ => format!("{:.2}", found.mean),
    };
    text.replace('-', "−")
}

/// As much of a text as fits, with an ellipsis.
fn cut(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for char in text.chars() {
        kept.push(char);
        if text_width(&kept, size) + size > width {
            kept.pop();
            break;
        }
    }
    kept + "…"
}
