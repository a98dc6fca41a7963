use super::{Anchor, Axis, Canvas, Ink, Shape, text_width};
use crate::number::len_f64;

/// More rows are not read any more; the table has them.
const MOST_ROWS: usize = 100;
const WIDTH: f64 = 900.0;
const ROW: f64 = 24.0;
const TOP: f64 = 92.0;
const MARGIN: f64 = 24.0;
const TEXT: f64 = 13.0;
/// Indentation of what belongs to the row above.
const INDENT: f64 = 16.0;

/// One line of a picture of intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalRow {
    pub label: String,
    /// Without a value only the label is drawn.
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Which of the kinds of the picture it is.
    pub kind: usize,
    /// Belongs to the row above it that is not indented.
    pub indented: bool,
    /// Figures at the right end, such as the value and n.
    pub figures: String,
}

/// Values with their intervals, one below the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervals {
    pub title: String,
    pub subtitle: String,
    /// What the numbers are.
    pub axis: String,
    /// What the figures at the right end are.
    pub figures: String,
    /// A value to compare with, and what it is.
    pub reference: Option<(f64, String)>,
    /// What each kind of row is called, with how it is marked.
    pub kinds: Vec<(String, Ink, Shape)>,
    pub rows: Vec<IntervalRow>,
}

impl Intervals {
    /// Draws the rows in their order; of more than a hundred the first, and says so.
    pub fn draw(&self) -> String {
        let rows = &self.rows[..self.rows.len().min(MOST_ROWS)];
        let height = TOP + ROW * len_f64(rows.len()) + 74.0;
        let description = format!("{}. {} rows: {}.", self.subtitle, self.rows.len(), self.axis);
        let mut canvas = Canvas::new(WIDTH, height, &self.title, &description);
        canvas.text(
            (MARGIN, 34.0),
            Anchor::Start,
            19.0,
            "title",
            &fitted(&self.title, 19.0, WIDTH - 2.0 * MARGIN),
        );
        let left_out = self.rows.len() - rows.len();
        let more = if left_out > 0 { format!("; {left_out} more are in the table") } else { String::new() };
        let subtitle = format!("{}{more}", self.subtitle);
        canvas.text(
            (MARGIN, 56.0),
            Anchor::Start,
            TEXT,
            "quiet",
            &fitted(&subtitle, TEXT, WIDTH - 2.0 * MARGIN),
        );
        let frame = Frame::of(self, rows);
        frame.axis(&mut canvas, &self.axis);
        if let Some((value, name)) = &self.reference {
            frame.reference(&mut canvas, *value, name);
        }
        canvas.text((WIDTH - MARGIN, TOP - 10.0), Anchor::End, 12.0, "quiet", &self.figures);
        for (at, row) in rows.iter().enumerate() {
            self.row(&mut canvas, &frame, row, TOP + ROW * (len_f64(at) + 0.5));
        }
        self.legend(&mut canvas, height - 14.0);
        canvas.finish()
    }

    fn row(&self, canvas: &mut Canvas, frame: &Frame, row: &IntervalRow, y: f64) {
        let indent = if row.indented { INDENT } else { 0.0 };
        let label = fitted(&row.label, TEXT, frame.left - MARGIN - 14.0 - indent);
        let class = if row.indented { "quiet" } else { "" };
        canvas.text((MARGIN + indent, y + 4.5), Anchor::Start, TEXT, class, &label);
        canvas.text((WIDTH - MARGIN, y + 4.5), Anchor::End, TEXT, class, &row.figures);
        let Some(value) = row.value.filter(|value| value.is_finite()) else { return };
        let (ink, shape) =
            self.kinds.get(row.kind).map_or((Ink::Blue, Shape::Circle), |kind| (kind.1, kind.2));
        if let (Some(low), Some(high)) = (row.low, row.high) {
            let (start, end) = (frame.x(low), frame.x(high));
            canvas.path(&[(start, y), (end, y)], ink, 2.0, false);
            for x in [start, end] {
                canvas.path(&[(x, y - 4.0), (x, y + 4.0)], ink, 2.0, false);
            }
        }
        let radius = if row.indented { 4.0 } else { 5.5 };
        canvas.mark((frame.x(value), y), radius, shape, ink, &format!("{}: {}", row.label, row.figures));
    }

    fn legend(&self, canvas: &mut Canvas, y: f64) {
        let mut x = MARGIN + 6.0;
        for (name, ink, shape) in &self.kinds {
            canvas.mark((x, y - 4.0), 5.0, *shape, *ink, name);
            canvas.text((x + 12.0, y), Anchor::Start, 12.0, "quiet", name);
            x += 36.0 + text_width(name, 12.0);
        }
    }
}

/// Where the numbers are: between the labels and the figures.
struct Frame {
    axis: Axis,
    left: f64,
    right: f64,
    bottom: f64,
}

impl Frame {
    fn of(picture: &Intervals, rows: &[IntervalRow]) -> Self {
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0_f64, f64::max);
        let indent = |row: &IntervalRow| if row.indented { INDENT } else { 0.0 };
        let labels = widest(&mut rows.iter().map(|row| text_width(&row.label, TEXT) + indent(row)));
        let figures = widest(&mut rows.iter().map(|row| text_width(&row.figures, TEXT)));
        let figures = figures.max(text_width(&picture.figures, 12.0));
        let numbers = rows.iter().flat_map(|row| [row.low, row.value, row.high]).flatten();
        let reference = picture.reference.iter().map(|(value, _)| *value);
        Self {
            axis: Axis::around(&picture.axis, numbers.chain(reference)),
            left: MARGIN + labels.min(260.0) + 14.0,
            right: WIDTH - MARGIN - figures.min(220.0) - 16.0,
            bottom: TOP + ROW * len_f64(rows.len()),
        }
    }

    fn x(&self, value: f64) -> f64 {
        let part = (value - self.axis.lowest) / (self.axis.highest - self.axis.lowest);
        self.left + (self.right - self.left) * part.clamp(0.0, 1.0)
    }

    fn axis(&self, canvas: &mut Canvas, name: &str) {
        canvas.panel((self.left, TOP), (self.right - self.left, self.bottom - TOP));
        let (ticks, decimals) = self.axis.ticks(6);
        for tick in ticks {
            let x = self.x(tick);
            canvas.line((x, TOP), (x, self.bottom), "grid");
            let number = format!("{tick:.decimals$}");
            let number = if number.trim_start_matches(['-', '0', '.']).is_empty() { "0" } else { &number };
            canvas.text((x, self.bottom + 16.0), Anchor::Middle, 12.0, "quiet", &number.replace('-', "−"));
        }
        canvas.line((self.left, self.bottom), (self.right, self.bottom), "axis");
        canvas.text(
            (f64::midpoint(self.left, self.right), self.bottom + 34.0),
            Anchor::Middle,
            12.0,
            "",
            &fitted(name, 12.0, self.right - self.left),
        );
    }

    fn reference(&self, canvas: &mut Canvas, value: f64, name: &str) {
        let x = self.x(value);
        canvas.path(&[(x, TOP - 4.0), (x, self.bottom)], Ink::Text, 1.5, true);
        // Kept within the frame, so that it does not run into the heading of the figures.
        let half = text_width(name, 12.0) / 2.0;
        let middle = x.min(self.right - half).max(self.left + half);
        canvas.text((middle, TOP - 10.0), Anchor::Middle, 12.0, "quiet", name);
    }
}

/// The text, or as much of it as fits with an ellipsis.
fn fitted(text: &str, size: f64, width: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::{Ink, IntervalRow, Intervals, MOST_ROWS, Shape};

    fn picture(rows: usize, value: Option<f64>) -> String {
        let row = |at: usize| IntervalRow {
            label: format!("网点 {at} <b>"),
            value,
            low: value.map(|value| value - 1.0),
            high: value.map(|value| value + 1.0),
            kind: at % 3,
            indented: at % 2 == 1,
            figures: format!("n {at}"),
        };
        let kinds = vec![("safe".to_owned(), Ink::Blue, Shape::Circle)];
        let picture = Intervals {
            title: "scores".to_owned(),
            subtitle: "by branch".to_owned(),
            axis: "points".to_owned(),
            figures: "score, n".to_owned(),
            reference: Some((0.0, "all".to_owned())),
            kinds,
            rows: (0..rows).map(row).collect(),
        };
        picture.draw()
    }

    #[test]
    fn every_row_is_drawn_once_up_to_a_hundred() {
        let svg = picture(30, Some(5.0));
        assert_eq!(svg.matches(">网点 ").count(), 30 + 30, "a label and a hint each");
        assert!(!svg.contains("<b>") && !svg.contains("more are in the table"));
        let svg = picture(130, Some(5.0));
        assert_eq!(svg.matches(">网点 ").count(), 2 * MOST_ROWS);
        assert!(svg.contains("30 more are in the table"));
    }

    #[test]
    fn no_picture_has_places_that_are_no_numbers() {
        for svg in
            [picture(0, None), picture(1, None), picture(2, Some(f64::NAN)), picture(1, Some(f64::INFINITY))]
        {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
