use super::{Forecast, Round};
use crate::number::len_f64;
use crate::picture::{Anchor, Axis, Canvas, Ink, Plot, Shape, text_width};

const SIZE: (f64, f64) = (1000.0, 480.0);
const FRAME: (f64, f64, f64, f64) = (84.0, 92.0, 890.0, 310.0);
/// Values before the forecast that are drawn at most.
const SHOWN: usize = 400;

/// Draws a series, what was expected of it, and the forecast with its 95 % band. `times` names the values and may be empty.
pub fn picture(found: &Forecast, series: &[f64], name: &str, times: &[String]) -> String {
    let title = format!("{name}: {} values and {} ahead", found.n, found.forecast.len());
    let mut canvas = Canvas::new(
        SIZE.0,
        SIZE.1,
        &title,
        "The series, what was expected of it one step before, and the forecast.",
    );
    canvas.text((24.0, 34.0), Anchor::Start, 20.0, "title", &title);
    let from = series.len().saturating_sub(SHOWN);
    let place = |at: usize| len_f64(at + 1);
    let ends = found
        .forecast
        .iter()
        .flat_map(|step| [step.low.unwrap_or(step.value), step.high.unwrap_or(step.value)]);
    let y = Axis::around("", series[from..].iter().copied().chain(ends));
    let x = Axis::new("", place(from) - 0.5, place(series.len() + found.forecast.len()) + 0.5);
    let plot = Plot::new(x, y, FRAME);
    plot.draw_marked(&mut canvas, &marks(found, from, times));
    ahead(&mut canvas, &plot, found, series);
    let expected = found
        .fitted
        .iter()
        .enumerate()
        .skip(from)
        .filter_map(|(at, value)| Some(plot.at(place(at), (*value)?)));
    canvas.path(&expected.collect::<Vec<_>>(), Ink::Sky, 1.8, true);
    let known: Vec<(f64, f64)> =
        series.iter().enumerate().skip(from).map(|(at, value)| plot.at(place(at), *value)).collect();
    canvas.path(&known, Ink::Text, 1.6, false);
    legend(&mut canvas, found);
    canvas.finish()
}

fn ahead(canvas: &mut Canvas, plot: &Plot, found: &Forecast, series: &[f64]) {
    let n = series.len();
    let at = |step: usize, value: f64| plot.at(len_f64(n + step), value);
    let ends = |end: &dyn Fn(&super::Step) -> Option<f64>| -> Vec<(f64, f64)> {
        found.forecast.iter().filter_map(|step| Some(at(step.step, end(step)?))).collect()
    };
    let (upper, lower) = (ends(&|step| step.high), ends(&|step| step.low));
    if upper.len() == 1 {
        canvas.path(&[upper[0], lower[0]], Ink::Vermilion, 6.0, false);
    } else if !upper.is_empty() {
        canvas.band(&upper, &lower, Ink::Vermilion, 0.25);
    }
    let line = std::iter::once(at(0, series[n - 1]))
        .chain(found.forecast.iter().map(|step| at(step.step, step.value)));
    canvas.path(&line.collect::<Vec<_>>(), Ink::Vermilion, 2.4, false);
    if found.forecast.len() <= 36 {
        for step in &found.forecast {
            let hint = format!("+{}: {:.2}", step.step, step.value);
            canvas.mark(at(step.step, step.value), 4.0, Shape::Diamond, Ink::Vermilion, &hint);
        }
    }
}

/// Words along the axis: times as they stand in the file, or numbers; a few of them, far enough apart.
fn marks(found: &Forecast, from: usize, times: &[String]) -> Vec<(f64, String)> {
    let named = |at: usize| times.get(at).cloned().unwrap_or_else(|| (at + 1).to_string());
    let last = found.n + found.forecast.len();
    let widest = (from..found.n).map(|at| text_width(&named(at), 12.0)).fold(30.0, f64::max) + 16.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let fitting = (FRAME.2 / widest).floor().clamp(1.0, 12.0) as usize;
    let stride = (last - from).div_ceil(fitting).max(1);
    // Whole seasons, where they are that long, keep the same season under each mark.
    let season = found.season.unwrap_or(1);
    let stride = stride.div_ceil(season) * season;
    let mut marks: Vec<(f64, String)> =
        (from..found.n).step_by(stride).map(|at| (len_f64(at + 1), named(at))).collect();
    let end = (len_f64(last), format!("+{}", found.forecast.len()));
    let unit = FRAME.2 / len_f64(last - from);
    if marks.last().is_none_or(|(at, _)| (end.0 - at) * unit > f64::midpoint(widest, 30.0)) {
        marks.push(end);
    }
    marks
}

fn legend(canvas: &mut Canvas, found: &Forecast) {
    let band = if found.forecast[0].low.is_some() { "forecast with 95 % band" } else { "forecast" };
    let mut x = 24.0;
    for (text, ink, dashed) in [
        ("series", Ink::Text, false),
        ("expected one step before", Ink::Sky, true),
        (band, Ink::Vermilion, false),
    ] {
        canvas.path(&[(x, 62.0), (x + 28.0, 62.0)], ink, 2.4, dashed);
        canvas.text((x + 36.0, 66.0), Anchor::Start, 13.0, "", text);
        x += 36.0 + text_width(text, 13.0) + 26.0;
    }
}

/// Draws rounds of expert estimates: range, middle half and median of each.
pub fn delphi_picture(rounds: &[Round]) -> String {
    let title = format!("Estimates in {} rounds", rounds.len());
    let mut canvas =
        Canvas::new(SIZE.0, SIZE.1, &title, "Range, middle half and median of the estimates of each round.");
    canvas.text((24.0, 34.0), Anchor::Start, 20.0, "title", &title);
    let legend = "line: lowest to highest · bar: middle half · ◆ median, green when the experts agree";
    canvas.text((24.0, 60.0), Anchor::Start, 13.0, "quiet", legend);
    let y = Axis::around("estimate", rounds.iter().flat_map(|round| [round.lowest, round.highest]));
    let plot = Plot::new(Axis::new("round", 0.5, len_f64(rounds.len()) + 0.5), y, FRAME);
    let every = rounds.len().div_ceil(20).max(1);
    let marks: Vec<(f64, String)> = rounds
        .iter()
        .enumerate()
        .step_by(every)
        .map(|(at, round)| (len_f64(at + 1), round.round.to_string()))
        .collect();
    plot.draw_marked(&mut canvas, &marks);
    let width = (FRAME.2 / len_f64(rounds.len()) * 0.4).min(70.0);
    for (at, round) in rounds.iter().enumerate() {
        let at = |value: f64| plot.at(len_f64(at + 1), value);
        let ink = if round.consensus == Some(true) { Ink::Green } else { Ink::Blue };
        canvas.path(&[at(round.lowest), at(round.highest)], ink, 2.0, false);
        let ((x, top), (_, bottom)) = (at(round.upper_quartile), at(round.lower_quartile));
        canvas.bar((x - width / 2.0, top), (width, (bottom - top).max(1.0)), ink, 0.45);
        let hint = format!("round {}: median {}, n = {}", round.round, round.median, round.n);
        canvas.mark(at(round.median), 7.0, Shape::Diamond, ink, &hint);
    }
    canvas.finish()
}
