use super::canvas::{Anchor, Canvas};
use crate::number::len_f64;

/// A range of numbers with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub name: String,
    pub lowest: f64,
    pub highest: f64,
}

impl Axis {
    /// The range as it is given. Its ends must be finite and differ; otherwise it is a half, or a millionth of a large number, on both
    /// sides of the lowest.
    pub fn new(name: &str, lowest: f64, highest: f64) -> Self {
        let (lowest, highest) = match (lowest.is_finite(), highest.is_finite()) {
            // Narrower or wider, the distance between two numbers on a grid would not be a number.
            (true, true) if (1e-300..1e300).contains(&(highest - lowest)) => (lowest, highest),
            (true, _) => {
                // A half vanishes beside a large number.
                let room = (1e-6 * lowest.abs()).max(0.5);
                (lowest - room, lowest + room)
            }
            _ => (0.0, 1.0),
        };
        Self { name: name.to_owned(), lowest, highest }
    }

    /// The range of the values, a little wider so that no mark sits on the frame.
    pub fn around(name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (lowest, highest) = finite
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let room = if highest > lowest { 0.06 * (highest - lowest) } else { 0.0 };
        Self::new(name, lowest - room, highest + room)
    }

    /// Round numbers within the range, about `count` of them, and the decimals to write them with.
    pub fn ticks(&self, count: usize) -> (Vec<f64>, usize) {
        let span = self.highest - self.lowest;
        let rough = span / len_f64(count.max(1));
        let power = rough.log10().floor();
        let unit = 10_f64.powf(power);
        let step =
            [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * unit).find(|step| *step >= rough);
        let step = step.unwrap_or(10.0 * unit);
        // 2.5 needs one more decimal than its power.
        let quarter = (step / unit - 2.5).abs() < 1e-9;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 12")]
        let decimals = (-power + if quarter { 1.0 } else { 0.0 }).clamp(0.0, 12.0) as usize;
        let first = (self.lowest / step - 1e-9).ceil();
        let last = (self.highest / step + 1e-9).floor();
        let mut ticks = Vec::new();
        let mut at = first;
        // A span that vanishes beside its ends would never be walked through.
        while at <= last && ticks.len() <= 4 * count {
            ticks.push(at * step);
            at += 1.0;
        }
        (ticks, decimals)
    }

    fn part(&self, value: f64) -> f64 {
        (value - self.lowest) / (self.highest - self.lowest)
    }
}

/// A frame with two axes: maps pairs of numbers to places on a canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    pub x: Axis,
    pub y: Axis,
    /// Left, top, width and height of the frame in pixels.
    pub frame: (f64, f64, f64, f64),
}

impl Plot {
    pub fn new(x: Axis, y: Axis, frame: (f64, f64, f64, f64)) -> Self {
        Self { x, y, frame }
    }

    /// Where a pair of numbers lies; numbers beyond an axis lie beyond the frame.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let (left, top, width, height) = self.frame;
        (left + width * self.x.part(x), top + height * (1.0 - self.y.part(y)))
    }

    /// Draws frame, grid, numbers and names of the axes.
    pub fn draw(&self, canvas: &mut Canvas) {
        let (ticks, decimals) = self.x.ticks(6);
        let marks: Vec<(f64, String)> =
            ticks.into_iter().map(|tick| (tick, written(tick, decimals))).collect();
        self.draw_marked(canvas, &marks);
    }

    /// Draws the same with words of one's own along the x axis, such as times.
    pub fn draw_marked(&self, canvas: &mut Canvas, marks: &[(f64, String)]) {
        let (left, top, width, height) = self.frame;
        let (right, bottom) = (left + width, top + height);
        for (at, text) in marks {
            let (x, _) = self.at(*at, self.y.lowest);
            canvas.line((x, top), (x, bottom), "grid");
            canvas.text((x, bottom + 18.0), Anchor::Middle, 12.0, "quiet", text);
        }
        let (ticks, decimals) = self.y.ticks(6);
        for tick in ticks {
            let (_, y) = self.at(self.x.lowest, tick);
            canvas.line((left, y), (right, y), "grid");
            canvas.text((left - 8.0, y + 4.0), Anchor::End, 12.0, "quiet", &written(tick, decimals));
        }
        canvas.line((left, bottom), (right, bottom), "axis");
        canvas.line((left, top), (left, bottom), "axis");
        canvas.text((left + width / 2.0, bottom + 40.0), Anchor::Middle, 13.0, "", &self.x.name);
        canvas.upward_text((left - 48.0, top + height / 2.0), Anchor::Middle, 13.0, "", &self.y.name);
    }
}

/// A number with a true minus sign, and never minus nothing.
fn written(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let nothing = text.trim_start_matches('-').chars().all(|char| matches!(char, '0' | '.'));
    if nothing { text.trim_start_matches('-').to_owned() } else { text.replace('-', "−") }
}

#[cfg(test)]
mod tests {
    use super::{Axis, written};

    #[test]
    fn ticks_are_round_and_within_the_range() {
        let (ticks, decimals) = Axis::new("share", 0.0, 1.0).ticks(5);
        assert_eq!(
            ticks.iter().map(|tick| written(*tick, decimals)).collect::<Vec<_>>(),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        let (ticks, decimals) = Axis::new("", -0.013, 0.004).ticks(5);
        assert!(ticks.iter().all(|tick| (-0.013..=0.004).contains(tick)), "{ticks:?}");
        assert_eq!(written(ticks[0], decimals), "−0.010");
        assert!(Axis::new("", 1e300, 1e300 + 1.0).ticks(5).0.len() <= 21);
    }

    #[test]
    fn a_range_without_width_or_numbers_still_has_room() {
        assert_eq!(Axis::around("", [3.0, 3.0]), Axis::new("", 2.5, 3.5));
        assert_eq!(Axis::around("", [f64::NAN]), Axis::new("", 0.0, 1.0));
        let huge = Axis::around("", [1e150]);
        assert!(huge.lowest < huge.highest);
        assert!(Axis::new("", 0.0, 5e-324).ticks(6).0.iter().all(|tick| tick.is_finite()));
    }
}
