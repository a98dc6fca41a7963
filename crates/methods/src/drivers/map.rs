use super::{Drivers, Quadrant};
use crate::picture::{Anchor, Axis, Canvas, Ink, Label, Plot, Shape, place_labels, text_width};

const SIZE: (f64, f64) = (900.0, 640.0);
const FRAME: (f64, f64, f64, f64) = (84.0, 100.0, 780.0, 460.0);
const RADIUS: f64 = 6.0;
const TEXT: f64 = 12.0;

/// Draws importance against performance: a mark for each driver, cut at the means. Names without room show under the pointer.
pub fn draw(found: &Drivers) -> String {
    let title = format!("What drives {}", found.outcome);
    let description = "Each driver by its contribution to R² and its mean rating; lines at the means part strengths from weaknesses.";
    let mut canvas = Canvas::new(SIZE.0, SIZE.1, &title, description);
    canvas.text((28.0, 34.0), Anchor::Start, 18.0, "title", &title);
    let explained = format!("n = {} · R² {:.2}", found.n, found.r_squared);
    canvas.text((28.0, 56.0), Anchor::Start, TEXT, "quiet", &explained);
    legend(&mut canvas);
    let plot = plot(found);
    plot.draw(&mut canvas);
    means(&mut canvas, &plot, found);
    marks(&mut canvas, &plot, found);
    canvas.finish()
}

fn marks(canvas: &mut Canvas, plot: &Plot, found: &Drivers) {
    let labels: Vec<Label> = found
        .drivers
        .iter()
        .map(|driver| Label {
            at: plot.at(100.0 * driver.importance, driver.performance),
            radius: RADIUS + 2.0,
            text: driver.name.clone(),
        })
        .collect();
    for (label, driver) in labels.iter().zip(&found.drivers) {
        let (shape, ink, _) = looks(driver.quadrant);
        let hint = format!(
            "{}: {:.1} points of R², {:.1}",
            driver.name,
            100.0 * driver.importance,
            driver.performance
        );
        canvas.mark(label.at, RADIUS, shape, ink, &hint);
    }
    let (left, top, width, height) = FRAME;
    for (label, place) in
        labels.iter().zip(place_labels(&labels, TEXT, (left, top, left + width, top + height)))
    {
        if let Some(place) = place {
            canvas.text(place, Anchor::Start, TEXT, "", &label.text);
        }
    }
}

fn plot(found: &Drivers) -> Plot {
    let importance = found.drivers.iter().map(|driver| 100.0 * driver.importance);
    let performance = found.drivers.iter().map(|driver| driver.performance);
    let x = Axis::around("importance: contribution to R², percentage points", importance);
    let y = Axis::around("performance: mean rating", performance);
    Plot::new(x, y, FRAME)
}

fn means(canvas: &mut Canvas, plot: &Plot, found: &Drivers) {
    let (left, top, width, height) = FRAME;
    let (x, y) = plot.at(100.0 * found.importance_mean, found.performance_mean);
    canvas.path(&[(x, top), (x, top + height)], Ink::Grey, 1.5, true);
    canvas.path(&[(left, y), (left + width, y)], Ink::Grey, 1.5, true);
}

fn looks(quadrant: Quadrant) -> (Shape, Ink, &'static str) {
    match quadrant {
        Quadrant::Weakness => (Shape::Diamond, Ink::Vermilion, "weakness, mend first 劣势"),
        Quadrant::Strength => (Shape::Circle, Ink::Blue, "strength, keep 优势"),
        Quadrant::Opportunity => (Shape::Triangle, Ink::Orange, "opportunity 机会"),
        Quadrant::OverServed => (Shape::Square, Ink::Green, "perhaps over-served 过剩"),
    }
}

fn legend(canvas: &mut Canvas) {
    let mut x = 36.0;
    for quadrant in [Quadrant::Weakness, Quadrant::Strength, Quadrant::Opportunity, Quadrant::OverServed] {
        let (shape, ink, text) = looks(quadrant);
        canvas.mark((x, 78.0), RADIUS, shape, ink, text);
        canvas.text((x + 13.0, 82.0), Anchor::Start, TEXT, "quiet", text);
        x += 13.0 + text_width(text, TEXT) + 24.0;
    }
}
