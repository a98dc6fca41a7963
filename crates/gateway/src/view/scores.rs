use maud::{Markup, html};
use ting_proto::{satisfaction::v1::Score, types::v1::Metric};

use super::parts::{count, decimal, nothing, trouble};
use crate::{
    board::Reading,
    i18n::{Language, Text},
};

/// Width of a gauge in its own units.
const WIDTH: f64 = 300.0;
/// Height of the tallest column of a distribution.
const TALL: f64 = 36.0;

/// How a metric is drawn.
struct Scale {
    lowest: f64,
    highest: f64,
    /// Where bars start.
    zero: f64,
    digits: usize,
    unit: &'static str,
    /// The value of the first answer of a distribution.
    first_answer: i64,
}

fn scale(metric: Metric) -> Scale {
    match metric {
        Metric::Nps => {
            Scale { lowest: -100.0, highest: 100.0, zero: 0.0, digits: 1, unit: "", first_answer: 0 }
        }
        Metric::Ces => Scale { lowest: 1.0, highest: 7.0, zero: 1.0, digits: 2, unit: "", first_answer: 1 },
        Metric::Csat | Metric::Unspecified => {
            Scale { lowest: 0.0, highest: 100.0, zero: 0.0, digits: 1, unit: "%", first_answer: 1 }
        }
    }
}

impl Scale {
    /// Where `value` stands on the gauge.
    fn place(&self, value: f64) -> f64 {
        let value = if value.is_finite() { value.clamp(self.lowest, self.highest) } else { self.zero };
        // To a tenth: enough for the eye, and the same text for the same picture.
        ((value - self.lowest) / (self.highest - self.lowest) * WIDTH * 10.0).round() / 10.0
    }

    fn show(&self, value: f64) -> String {
        format!("{}{}", decimal(value, self.digits), if value.is_finite() { self.unit } else { "" })
    }
}

/// The scores of the workspace, each with its interval.
pub fn render(language: Language, reading: &Reading<Vec<Score>>) -> Markup {
    html! {
        (trouble(language, reading, Text::AwaySatisfaction))
        @if let Some(scores) = &reading.value {
            @if scores.is_empty() { (nothing(language, reading, Text::Nothing)) }
            div .scores { @for score in scores.iter() { (one(language, score)) } }
        }
    }
}

fn one(language: Language, score: &Score) -> Markup {
    let (scale, (short, long)) = (scale(score.metric()), language.metric(score.metric()));
    html! {
        article .score {
            h3 { abbr title=(long) { (short) } " " span .long { (long) } }
            p .value { @if let Some(value) = score.value { (scale.show(value)) } @else { "–" } }
            (gauge(language, short, &scale, score))
            p .ends aria-hidden="true" { span { (decimal(scale.lowest, 0)) } span { (decimal(scale.highest, 0)) } }
            dl .facts {
                div { dt { abbr title=(language.text(Text::Answers)) { "n" } } dd { (count(score.n)) } }
                div { dt { (language.text(Text::Interval)) } dd { (interval(language, &scale, score)) } }
            }
            (distribution(language, &scale, &score.distribution))
        }
    }
}

fn interval(language: Language, scale: &Scale, score: &Score) -> String {
    match (score.lower, score.upper) {
        (Some(lower), Some(upper)) => format!("{} – {}", scale.show(lower), scale.show(upper)),
        _ => language.text(Text::NoInterval).to_owned(),
    }
}

/// The score as a bar, its interval as a whisker over it.
fn gauge(language: Language, name: &str, scale: &Scale, score: &Score) -> Markup {
    let zero = scale.place(scale.zero);
    let shown = score.value.map_or_else(|| "–".to_owned(), |value| scale.show(value));
    let label =
        format!("{name} {shown}; {} {}", language.text(Text::Interval), interval(language, scale, score));
    html! {
        svg .gauge viewBox="0 0 300 24" role="img" aria-label=(label) {
            rect .track x="0" y="8" width="300" height="8" rx="4" {}
            @if let Some(end) = score.value.map(|value| scale.place(value)) {
                rect .bar .below[end < zero] x=(end.min(zero)) y="8" width=((end - zero).abs()) height="8" rx="2" {}
            }
            @if zero > 0.0 { path .zero d=(format!("M{zero} 5V19")) {} }
            @if let (Some(lower), Some(upper)) = (score.lower, score.upper) {
                @let (from, to) = (scale.place(lower).max(1.0), scale.place(upper).min(WIDTH - 1.0));
                path .whisker d=(format!("M{from} 4V20M{from} 12H{to}M{to} 4V20")) {}
            }
        }
    }
}

/// How often each answer was given.
fn distribution(language: Language, scale: &Scale, answers: &[i64]) -> Markup {
    let most = answers.iter().copied().max().unwrap_or(0);
    // Scales have at most eleven answers; more would be an answer that we do not understand.
    if most <= 0 || answers.len() > 11 {
        return html! {};
    }
    let labelled: Vec<(i64, i64)> =
        (scale.first_answer..).zip(answers.iter().copied().map(|count| count.max(0))).collect();
    let label: Vec<String> =
        labelled.iter().map(|(answer, times)| format!("{answer}: {}", count(*times))).collect();
    let step = WIDTH / width(answers.len());
    html! {
        svg .distribution viewBox="0 0 300 52" role="img" aria-label=(format!("{}: {}", language.text(Text::Distribution), label.join(", "))) {
            @for (place, (answer, times)) in labelled.iter().enumerate() {
                @let (left, tall) = (width(place) * step, (ratio(*times, most) * TALL * 10.0).round() / 10.0);
                rect .column x=(tenth(left + 2.0)) y=(tenth(TALL - tall)) width=(tenth(step - 4.0)) height=(tall.max(1.0)) {
                    title { (answer) ": " (count(*times)) }
                }
                text .tick x=(tenth(left + step / 2.0)) y="49" text-anchor="middle" { (answer) }
            }
        }
    }
}

fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[expect(clippy::cast_precision_loss, reason = "at most eleven")]
fn width(places: usize) -> f64 {
    places as f64
}

#[expect(clippy::cast_precision_loss, reason = "a picture of a few dozen points")]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use ting_proto::types::v1::Metric;

    use super::scale;

    #[test]
    fn values_stand_where_the_scale_has_them_and_never_outside() {
        let nps = scale(Metric::Nps);
        let places = [
            (-100.0, 0.0),
            (0.0, 150.0),
            (100.0, 300.0),
            (1e9, 300.0),
            (f64::NAN, 150.0),
            (f64::NEG_INFINITY, 150.0),
        ];
        for (value, place) in places {
            assert_eq!(nps.place(value).to_bits(), f64::to_bits(place), "{value}");
        }
        assert_eq!(scale(Metric::Ces).place(4.0).to_bits(), f64::to_bits(150.0));
    }
}
