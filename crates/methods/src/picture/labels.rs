use unicode_width::UnicodeWidthChar as _;

/// Room around a label, in pixels.
const GAP: f64 = 2.0;
/// Height of a line of text in parts of its size: from the top of a Chinese character to the tail of a `g`.
const LINE: f64 = 1.2;

/// A text that belongs to a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Middle of the mark.
    pub at: (f64, f64),
    /// Radius of the mark.
    pub radius: f64,
    pub text: String,
}

/// Left, top, right, bottom.
type Area = (f64, f64, f64, f64);

/// The width of a text in pixels, on the safe side for any common font: a Chinese character is as wide as high, a Latin one
/// about three fifths of it.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|char| match char.width().unwrap_or_default() {
            0 => 0.0,
            1 => 0.6 * size,
            _ => size,
        })
        .sum()
}

/// Finds for each label the left end of its baseline, so that labels cover neither each other nor marks, and stay within
/// `bounds` (left, top, right, bottom). `None` where nothing is free: the mark then speaks through its hint and the table.
///
/// Labels are placed in the order given, so the important ones come first. Cost is quadratic in the labels.
pub fn place_labels(labels: &[Label], size: f64, bounds: Area) -> Vec<Option<(f64, f64)>> {
    let mut taken: Vec<Area> = labels
        .iter()
        .map(|label| {
            let ((x, y), r) = (label.at, label.radius);
            (x - r, y - r, x + r, y + r)
        })
        .collect();
    let mut places = Vec::with_capacity(labels.len());
    for (own, label) in labels.iter().enumerate() {
        let free = candidates(label, size).into_iter().find(|area| {
            let inside = area.0 >= bounds.0 && area.1 >= bounds.1 && area.2 <= bounds.2 && area.3 <= bounds.3;
            inside && taken.iter().enumerate().all(|(other, seen)| other == own || !overlap(area, seen))
        });
        if let Some(area) = free {
            taken.push(area);
        }
        // The baseline lies a quarter of the size above the lower edge.
        places.push(free.map(|area| (area.0 + GAP, area.3 - GAP - 0.25 * size)));
    }
    places
}

/// Areas around a mark, the best first: beside it, above and below it, then farther away all around.
fn candidates(label: &Label, size: f64) -> Vec<Area> {
    let ((x, y), width, height) =
        (label.at, text_width(&label.text, size) + 2.0 * GAP, LINE * size + 2.0 * GAP);
    let mut areas = Vec::new();
    for away in [2.0, 9.0, 18.0, 30.0] {
        let d = label.radius + away;
        let (beside, slanted) = (d, d * 0.75);
        for (left, top) in [
            (x + beside, y - height / 2.0),
            (x - beside - width, y - height / 2.0),
            (x - width / 2.0, y - d - height),
            (x - width / 2.0, y + d),
            (x + slanted, y - slanted - height),
            (x + slanted, y + slanted),
            (x - slanted - width, y - slanted - height),
            (x - slanted - width, y + slanted),
        ] {
            areas.push((left, top, left + width, top + height));
        }
    }
    areas
}

fn overlap(a: &Area, b: &Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Label, place_labels, text_width};

    proptest! {
        #[test]
        fn labels_cover_neither_each_other_nor_marks_nor_leave_the_frame(
            points in prop::collection::vec((0.0..400.0_f64, 0.0..300.0_f64, "[a-z送货快]{1,12}"), 1..40)
        ) {
            let labels: Vec<Label> =
                points.into_iter().map(|(x, y, text)| Label { at: (x, y), radius: 4.0, text }).collect();
            let places = place_labels(&labels, 12.0, (-20.0, -20.0, 420.0, 320.0));
            let areas: Vec<_> = labels.iter().zip(&places).filter_map(|(label, place)| {
                let (x, y) = (*place)?;
                Some((x, y - 10.0, x + text_width(&label.text, 12.0), y + 2.0))
            }).collect();
            for (at, a) in areas.iter().enumerate() {
                prop_assert!(a.0 >= -20.0 && a.2 <= 420.0 && a.1 >= -20.0 && a.3 <= 320.0);
                for b in &areas[at + 1..] {
                    prop_assert!(a.0 >= b.2 || b.0 >= a.2 || a.1 >= b.3 || b.1 >= a.3, "{a:?} {b:?}");
                }
            }
            for (label, place) in labels.iter().zip(&places) {
                for other in labels.iter().filter(|other| *other != label) {
                    let Some((x, y)) = *place else { continue };
                    let (right, (mx, my)) = (x + text_width(&label.text, 12.0), other.at);
                    prop_assert!(mx <= x || mx >= right || my <= y - 10.0 || my >= y + 2.0);
                }
            }
        }
    }

    #[test]
    fn one_label_stands_beside_its_mark() {
        let label = Label { at: (50.0, 50.0), radius: 5.0, text: "送货".to_owned() };
        let places = place_labels(&[label], 12.0, (0.0, 0.0, 200.0, 100.0));
        let (x, y) = places[0].unwrap();
        assert!((x - 59.0).abs() < 1e-9 && (y - 54.2).abs() < 1e-9, "{x} {y}");
    }
}
