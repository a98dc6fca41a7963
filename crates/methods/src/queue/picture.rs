use super::{Load, Model, Performance, QueueError, Step, Target, sensitivity};
use crate::{
    number::as_f64,
    picture::{Anchor, Axis, Canvas, Ink, Plot, Shape},
};

const FRAME: (f64, f64, f64, f64) = (76.0, 84.0, 600.0, 300.0);
const LEGEND: f64 = 52.0;
const Y: &str = "share of customers, share of time (%)";

/// Draws the service level and the occupancy over the number of agents, with the target and the number chosen.
pub fn picture(
    load: &Load,
    model: Model,
    target: &Target,
    chosen: &Performance,
) -> Result<String, QueueError> {
    let around = sensitivity(load, model, target, chosen.agents, -8..=8, stride(chosen.agents))?;
    let points: Vec<&Step> = around.iter().filter(|step| step.service_level.is_some()).collect();
    let what = if model == Model::Blocked { "lines" } else { "agents" };
    let title = format!("Service level by {what}: {:.1} erlangs", chosen.offered_load);
    let description = format!(
        "{} {what} serve {:.1} % within {} seconds and are busy {:.1} % of the time.",
        chosen.agents,
        100.0 * chosen.service_level,
        target.within,
        100.0 * chosen.occupancy
    );
    let mut canvas = Canvas::new(720.0, 450.0, &title, &description);
    canvas.text((FRAME.0, 30.0), Anchor::Start, 17.0, "title", &title);
    let plot = Plot::new(agents_axis(&points, what), Axis::new(Y, 0.0, 105.0), FRAME);
    plot.draw(&mut canvas);
    draw_target(&mut canvas, &plot, target, FRAME.0 + 260.0);
    draw_chosen(&mut canvas, &plot, chosen.agents, what);
    let level = Series { name: "service level", ink: Ink::Blue, shape: Shape::Circle, left: FRAME.0 };
    level.draw(&mut canvas, &plot, &points, |step| step.service_level);
    let busy = Series { name: "occupancy", ink: Ink::Vermilion, shape: Shape::Square, left: FRAME.0 + 130.0 };
    busy.draw(&mut canvas, &plot, &points, |step| step.occupancy);
    Ok(canvas.finish())
}

fn agents_axis(points: &[&Step], what: &str) -> Axis {
    let agents = |step: Option<&&Step>| as_f64(step.map_or(1, |step| step.agents));
    let (fewest, most) = (agents(points.first()), agents(points.last()));
    let margin = (most - fewest).max(1.0) * 0.03;
    Axis::new(what, fewest - margin, most + margin)
}

/// The level wanted, and its entry in the legend.
fn draw_target(canvas: &mut Canvas, plot: &Plot, target: &Target, left: f64) {
    let (start, y) = plot.at(plot.x.lowest, 100.0 * target.service_level);
    canvas.path(&[(start, y), (FRAME.0 + FRAME.2, y)], Ink::Grey, 1.5, true);
    canvas.path(&[(left, LEGEND), (left + 22.0, LEGEND)], Ink::Grey, 1.5, true);
    let wanted = format!("wanted: {:.0} % within {} s", 100.0 * target.service_level, target.within);
    canvas.text((left + 30.0, LEGEND + 4.0), Anchor::Start, 13.0, "", &wanted);
}

fn draw_chosen(canvas: &mut Canvas, plot: &Plot, agents: u64, what: &str) {
    let (x, bottom) = plot.at(as_f64(agents), 0.0);
    canvas.path(&[(x, FRAME.1), (x, bottom)], Ink::Text, 1.0, true);
    let right = x > FRAME.0 + FRAME.2 / 2.0;
    let (x, anchor) = if right { (x - 6.0, Anchor::End) } else { (x + 6.0, Anchor::Start) };
    canvas.text((x, bottom - 10.0), anchor, 13.0, "title", &format!("{agents} {what}"));
}

/// A line with marks, and its entry in the legend at `left`.
struct Series {
    name: &'static str,
    ink: Ink,
    shape: Shape,
    left: f64,
}

impl Series {
    fn draw(&self, canvas: &mut Canvas, plot: &Plot, points: &[&Step], value: fn(&Step) -> Option<f64>) {
        let shares = points.iter().filter_map(|step| Some((step.agents, 100.0 * value(step)?)));
        let shares: Vec<(u64, f64)> = shares.collect();
        let line: Vec<(f64, f64)> =
            shares.iter().map(|(agents, share)| plot.at(as_f64(*agents), *share)).collect();
        canvas.path(&line, self.ink, 2.0, false);
        for ((agents, share), place) in shares.iter().zip(&line) {
            let hint = format!("{agents} {}: {} {share:.1} %", plot.x.name, self.name);
            canvas.mark(*place, 4.5, self.shape, self.ink, &hint);
        }
        canvas.mark((self.left + 6.0, LEGEND), 5.0, self.shape, self.ink, self.name);
        canvas.text((self.left + 18.0, LEGEND + 4.0), Anchor::Start, 13.0, "", self.name);
    }
}

/// Service levels move over about the square root of the load, so large queues are shown in larger steps.
fn stride(agents: u64) -> u64 {
    (agents.isqrt() / 6).max(1)
}
