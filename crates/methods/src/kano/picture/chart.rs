use super::quadrant_name;
use crate::kano::Category;
use crate::number::len_f64;
use crate::picture::{Anchor, Axis, Canvas, Ink, Label, Plot, Shape, place_labels, text_width};

const WIDTH: f64 = 980.0;
const FRAME: (f64, f64, f64, f64) = (84.0, 92.0, 872.0, 560.0);
const TEXT: f64 = 12.0;
/// Below the frame: numbers and name of the axis.
const AXIS_HEIGHT: f64 = 56.0;
const LINE: f64 = 20.0;
/// Names below the picture for which it had no room; more are in the table.
const LISTED_MOST: usize = 60;
const LISTED_COLUMNS: usize = 3;

/// A requirement in a plane.
pub(super) struct Mark {
    pub at: (f64, f64),
    pub radius: f64,
    pub category: Category,
    pub label: String,
    pub values: String,
    /// From and to, along both axes.
    pub spread: Option<((f64, f64), (f64, f64))>,
    /// Heavier marks are labelled first.
    pub weight: f64,
}

/// A plane cut into four named quadrants.
pub(super) struct Chart {
    pub title: &'static str,
    /// Ends the line below the title.
    pub note: String,
    pub x: Axis,
    pub y: Axis,
    pub cut: (f64, f64),
    pub marks: Vec<Mark>,
    /// How many there would be if all had a place.
    pub of: usize,
}

impl Chart {
    pub fn draw(mut self) -> String {
        let by_weight =
            |a: &Mark, b: &Mark| b.weight.total_cmp(&a.weight).then_with(|| a.label.cmp(&b.label));
        self.marks.sort_by(by_weight);
        let plot = Plot::new(self.x.clone(), self.y.clone(), FRAME);
        let (texts, places) = self.labels(&plot);
        let unnamed: Vec<usize> = (0..texts.len()).filter(|at| texts[*at] != self.marks[*at].label).collect();
        let listed = unnamed.len().min(LISTED_MOST).div_ceil(LISTED_COLUMNS);
        let bottom = FRAME.1 + FRAME.3 + AXIS_HEIGHT;
        let height =
            bottom + LINE * (2.0 + len_f64(listed)) + if unnamed.len() > LISTED_MOST { LINE } else { 0.0 };
        let subtitle = self.subtitle();
        let mut canvas = Canvas::new(WIDTH, height, self.title, &subtitle);
        canvas.text((FRAME.0, 30.0), Anchor::Start, 17.0, "title", self.title);
        canvas.text((FRAME.0, 52.0), Anchor::Start, 13.0, "quiet", &subtitle);
        self.ground(&mut canvas, &plot);
        self.draw_marks(&mut canvas, &plot);
        for (text, place) in texts.iter().zip(&places) {
            if let Some(place) = place {
                canvas.text(*place, Anchor::Start, TEXT, "halo", text);
            }
        }
        self.legend(&mut canvas, bottom + 14.0);
        self.list(&mut canvas, &texts, &unnamed, bottom + 14.0 + LINE + 6.0);
        canvas.finish()
    }

    fn subtitle(&self) -> String {
        let missing = self.of - self.marks.len();
        let missing = if missing > 0 { format!(", {missing} more have no place") } else { String::new() };
        format!("{} requirements{missing}; shape and colour are the category{}", self.marks.len(), self.note)
    }

    /// The frame, the cuts, and the names of the quadrants at its corners.
    fn ground(&self, canvas: &mut Canvas, plot: &Plot) {
        let (left, top, width, height) = FRAME;
        let (right, bottom) = (left + width, top + height);
        // What lies below 0 is no quadrant.
        let (zero, ground) = plot.at(0.0, 0.0);
        canvas.panel((left, top), (zero - left, height));
        canvas.panel((zero, ground), (right - zero, bottom - ground));
        plot.draw(canvas);
        let (cut_x, cut_y) = plot.at(self.cut.0, self.cut.1);
        canvas.path(&[(cut_x, top), (cut_x, bottom)], Ink::Grey, 1.5, true);
        canvas.path(&[(left, cut_y), (right, cut_y)], Ink::Grey, 1.5, true);
        // Above and below the frame, where no mark can be.
        let (high, low) = (top - 10.0, bottom + 40.0);
        for (x, y, anchor, category) in [
            (left, high, Anchor::Start, Category::Attractive),
            (right, high, Anchor::End, Category::OneDimensional),
            (left, low, Anchor::Start, Category::Indifferent),
            (right, low, Anchor::End, Category::MustBe),
        ] {
            canvas.text((x, y), anchor, 13.0, "title", quadrant_name(category));
        }
    }

    fn draw_marks(&self, canvas: &mut Canvas, plot: &Plot) {
        for mark in &self.marks {
            if let Some(((left, right), (low, high))) = mark.spread {
                let inside = |(x, y): (f64, f64)| {
                    let (x, y) =
                        (x.clamp(plot.x.lowest, plot.x.highest), y.clamp(plot.y.lowest, plot.y.highest));
                    plot.at(x, y)
                };
                let ((x0, y), (x1, _)) = (inside((left, mark.at.1)), inside((right, mark.at.1)));
                let ((x, y0), (_, y1)) = (inside((mark.at.0, high)), inside((mark.at.0, low)));
                let (ink, _) = look(mark.category);
                canvas.bar((x0, y - 0.5), (x1 - x0, 1.0), ink, 0.45);
                canvas.bar((x - 0.5, y0), (1.0, y1 - y0), ink, 0.45);
            }
        }
        // The lightest come last, so that a small mark is not hidden by a large one.
        for mark in &self.marks {
            let (ink, shape) = look(mark.category);
            let hint = format!("{}: {}, {}", mark.label, mark.category.name(), mark.values);
            canvas.mark(plot.at(mark.at.0, mark.at.1), mark.radius, shape, ink, &hint);
        }
    }

    /// What is written at each mark, and where: its name, or a number where there is no room for the name.
    fn labels(&self, plot: &Plot) -> (Vec<String>, Vec<Option<(f64, f64)>>) {
        let (left, top, width, height) = FRAME;
        let bounds = (left + 4.0, top + 4.0, left + width - 4.0, top + height - 4.0);
        let label = |mark: &Mark, text: &str| Label {
            at: plot.at(mark.at.0, mark.at.1),
            radius: mark.radius + 1.0,
            text: text.to_owned(),
        };
        let named: Vec<Label> = self.marks.iter().map(|mark| label(mark, &mark.label)).collect();
        let first = place_labels(&named, TEXT, bounds);
        // Numbers come after all names, which then stay where they are.
        let (mut order, without): (Vec<usize>, Vec<usize>) =
            (0..first.len()).partition(|at| first[*at].is_some());
        let mut texts: Vec<String> = self.marks.iter().map(|mark| mark.label.clone()).collect();
        for (number, at) in (1..).zip(&without) {
            texts[*at] = format!("({number})");
        }
        order.extend(&without);
        let labels: Vec<Label> = order.iter().map(|at| label(&self.marks[*at], &texts[*at])).collect();
        let mut places = vec![None; order.len()];
        for (at, place) in order.into_iter().zip(place_labels(&labels, TEXT, bounds)) {
            places[at] = place;
        }
        (texts, places)
    }

    fn legend(&self, canvas: &mut Canvas, y: f64) {
        let mut x = FRAME.0;
        let mut categories: Vec<Category> = self.marks.iter().map(|mark| mark.category).collect();
        categories.sort_unstable();
        categories.dedup();
        for category in categories {
            let (ink, shape) = look(category);
            canvas.mark((x + 6.0, y - 4.0), 5.5, shape, ink, category.name());
            let name = quadrant_name(category);
            canvas.text((x + 18.0, y), Anchor::Start, TEXT, "", name);
            x += 34.0 + text_width(name, TEXT);
        }
    }

    /// Names of the marks that have only a number.
    fn list(&self, canvas: &mut Canvas, texts: &[String], unnamed: &[usize], top: f64) {
        let column = FRAME.2 / len_f64(LISTED_COLUMNS);
        for (place, at) in unnamed.iter().take(LISTED_MOST).enumerate() {
            let (row, along) = (len_f64(place / LISTED_COLUMNS), len_f64(place % LISTED_COLUMNS));
            let text = fitting(&format!("{} {}", texts[*at], self.marks[*at].label), column - 10.0);
            canvas.text((FRAME.0 + column * along, top + LINE * row), Anchor::Start, TEXT, "quiet", &text);
        }
        if unnamed.len() > LISTED_MOST {
            let rows = LISTED_MOST / LISTED_COLUMNS;
            let text = format!("and {} more, named under the pointer", unnamed.len() - LISTED_MOST);
            canvas.text((FRAME.0, top + LINE * len_f64(rows)), Anchor::Start, TEXT, "quiet", &text);
        }
    }
}

/// As much of a text as fits, with an ellipsis.
fn fitting(text: &str, width: f64) -> String {
    if text_width(text, TEXT) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for char in text.chars() {
        kept.push(char);
        if text_width(&kept, TEXT) > width - TEXT {
            kept.pop();
            break;
        }
    }
    kept + "…"
}

fn look(category: Category) -> (Ink, Shape) {
    match category {
        Category::MustBe => (Ink::Vermilion, Shape::Square),
        Category::OneDimensional => (Ink::Blue, Shape::Circle),
        Category::Attractive => (Ink::Green, Shape::Triangle),
        Category::Indifferent => (Ink::Grey, Shape::Diamond),
        Category::Reverse => (Ink::Purple, Shape::Cross),
        Category::Unclassified => (Ink::Orange, Shape::Down),
    }
}
