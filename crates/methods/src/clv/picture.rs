use super::{Backtest, Clv};
use crate::{
    number::len_f64,
    picture::{Anchor, Axis, Canvas, Ink, Plot, Shape},
};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 470.0;
const FRAME: (f64, f64, f64, f64) = (84.0, 96.0, 600.0, 306.0);
const BINS: usize = 10;

/// Draws actual against expected purchases if some time was kept apart, the probabilities of being alive otherwise.
pub fn picture(result: &Clv) -> String {
    match &result.holdout {
        Some(backtest) => expectations(result, backtest),
        None => alive(result),
    }
}

fn canvas(title: &str, note: &str, description: &str) -> Canvas {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, title, description);
    canvas.text((FRAME.0, 34.0), Anchor::Start, 18.0, "title", title);
    canvas.text((FRAME.0, 58.0), Anchor::Start, 13.0, "quiet", note);
    canvas
}

/// A histogram of customers with repeats; those without are all at 1 and would hide the others.
fn alive(result: &Clv) -> String {
    let mut bins = [0_usize; BINS];
    for customer in result.customers.iter().filter(|customer| customer.behaviour.repeats > 0) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a probability times ten"
        )]
        let bin = (customer.p_alive * 10.0) as usize;
        bins[bin.min(BINS - 1)] += 1;
    }
    let note = format!(
        "n = {} with a repeat purchase; {} bought on one day only and are alive by definition",
        result.repeaters,
        result.n - result.repeaters
    );
    let description = "A histogram: how many customers have which probability of ever buying again.";
    let mut canvas = canvas("Who will buy again", &note, description);
    let most = bins.iter().copied().max().map_or(1.0, len_f64).max(1.0);
    let plot = Plot::new(
        Axis::new("probability of ever buying again", 0.0, 1.0),
        Axis::new("customers", 0.0, most * 1.12),
        FRAME,
    );
    plot.draw(&mut canvas);
    for (bin, count) in bins.into_iter().enumerate() {
        let (left, top) = plot.at(len_f64(bin) / 10.0, len_f64(count));
        let (right, bottom) = plot.at(len_f64(bin + 1) / 10.0, 0.0);
        if count > 0 {
            canvas.bar((left + 2.0, top), (right - left - 4.0, bottom - top), Ink::Blue, 0.85);
            let middle = f64::midpoint(left, right);
            canvas.text((middle, top - 6.0), Anchor::Middle, 12.0, "", &count.to_string());
        }
    }
    canvas.finish()
}

fn expectations(result: &Clv, backtest: &Backtest) -> String {
    let note = format!(
        "n = {}; all together: {} actual, {:.0} expected",
        result.n, backtest.actual, backtest.expected
    );
    let description = "Mean purchases per customer in the time kept apart, by repeat purchases before: actual and expected.";
    let mut canvas = canvas("Purchases in the time kept apart", &note, description);
    let highest = backtest.by_frequency.iter().map(|line| line.actual.max(line.expected)).fold(0.0, f64::max);
    let y = Axis::new("purchases per customer", 0.0, if highest > 0.0 { highest * 1.12 } else { 1.0 });
    let plot = Plot::new(Axis::new("repeat purchases before", -0.5, 7.5), y, FRAME);
    draw_frame(&mut canvas, &plot, backtest);
    for (pick, ink, shape, dashed) in
        [(0, Ink::Blue, Shape::Circle, false), (1, Ink::Vermilion, Shape::Diamond, true)]
    {
        let points: Vec<(f64, f64)> = backtest
            .by_frequency
            .iter()
            .map(|line| plot.at(f64::from(line.repeats), if pick == 0 { line.actual } else { line.expected }))
            .collect();
        canvas.path(&points, ink, 2.0, dashed);
        for (point, line) in points.into_iter().zip(&backtest.by_frequency) {
            let hint = format!("{:.2} actual, {:.2} expected", line.actual, line.expected);
            canvas.mark(point, 5.0, shape, ink, &hint);
        }
    }
    let legend = [(Ink::Blue, Shape::Circle, "actual"), (Ink::Vermilion, Shape::Diamond, "expected")];
    for ((ink, shape, name), x) in legend.into_iter().zip([FRAME.0 + 6.0, FRAME.0 + 96.0]) {
        canvas.mark((x, 78.0), 5.0, shape, ink, name);
        canvas.text((x + 12.0, 82.0), Anchor::Start, 13.0, "", name);
    }
    canvas.finish()
}

/// Numbers of repeats are whole and the last one is open, so the ticks of x are written here.
fn draw_frame(canvas: &mut Canvas, plot: &Plot, backtest: &Backtest) {
    let (left, top, width, height) = plot.frame;
    let (right, bottom) = (left + width, top + height);
    let (ticks, decimals) = plot.y.ticks(6);
    for tick in ticks {
        let (_, y) = plot.at(0.0, tick);
        canvas.line((left, y), (right, y), "grid");
        canvas.text((left - 8.0, y + 4.0), Anchor::End, 12.0, "quiet", &format!("{:.decimals$}", tick.abs()));
    }
    canvas.line((left, bottom), (right, bottom), "axis");
    canvas.line((left, top), (left, bottom), "axis");
    for line in &backtest.by_frequency {
        let (x, _) = plot.at(f64::from(line.repeats), 0.0);
        let name = if line.or_more { format!("{}+", line.repeats) } else { line.repeats.to_string() };
        canvas.text((x, bottom + 18.0), Anchor::Middle, 12.0, "", &name);
        canvas.text((x, bottom + 34.0), Anchor::Middle, 11.0, "quiet", &format!("n = {}", line.customers));
    }
    canvas.text((left + width / 2.0, bottom + 56.0), Anchor::Middle, 13.0, "", &plot.x.name);
    canvas.upward_text((left - 48.0, top + height / 2.0), Anchor::Middle, 13.0, "", &plot.y.name);
}
