use ting_methods::forecast::{Accuracy, Basis, Candidate, Forecast, Method, Start, Warning};

use crate::output::{Cell, Column as Head, Table};

/// What people read.
pub fn tables(found: &Forecast, name: &str) -> Vec<Table> {
    let mut tables = vec![ahead(found, name)];
    tables.extend(errors(found));
    tables
}

fn ahead(found: &Forecast, name: &str) -> Table {
    let heads = [Head::right("step"), Head::right("value"), Head::right("low"), Head::right("high")];
    let mut lines = vec![
        format!("{name}, n = {}: {}{}", found.n, word(found.method), parameters(found)),
        format!("low to high: 95 % interval, {}", basis(found.basis)),
    ];
    lines.extend(found.warnings.iter().map(|warning| format!("note: {}", warned(*warning))));
    let mut table = Table::list(&heads, "").foot(lines.join("\n"));
    for step in &found.forecast {
        table.row(vec![
            step.step.to_string().into(),
            number(step.value).into(),
            step.low.map(number).unwrap_or_default().into(),
            step.high.map(number).unwrap_or_default().into(),
        ]);
    }
    table
}

fn parameters(found: &Forecast) -> String {
    let given = &found.parameters;
    let rates = [("alpha", given.alpha), ("beta", given.beta), ("gamma", given.gamma), ("phi", given.phi)];
    let chosen = |name: &str| found.fitted_parameters.iter().any(|chosen| chosen == name);
    let told = |(name, value): (&str, String)| {
        format!("{name} {value}{}", if chosen(name) { " (chosen)" } else { "" })
    };
    let mut parts: Vec<String> =
        rates.into_iter().filter_map(|(name, value)| Some(told((name, format!("{:.3}", value?))))).collect();
    parts.extend(given.window.map(|window| told(("window", window.to_string()))));
    parts.extend(found.start.map(|start| format!("{} start", started(start))));
    if parts.is_empty() { String::new() } else { format!(", {}", parts.join(", ")) }
}

fn started(start: Start) -> &'static str {
    match start {
        Start::Simple => "simple",
        Start::Decomposition => "decomposition",
        Start::Fitted => "fitted",
    }
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Naive => "naive",
        Method::SeasonalNaive => "seasonal naive",
        Method::MovingAverage => "moving average",
        Method::Simple => "simple smoothing",
        Method::Double => "double smoothing (Holt)",
        Method::Damped => "damped trend",
        Method::Additive => "additive Holt–Winters",
        Method::Multiplicative => "multiplicative Holt–Winters",
    }
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::StateSpace => "from the variance of the state-space model",
        Basis::Simulation => "of futures drawn from past relative errors",
        Basis::RandomWalk => "if steps are independent",
        Basis::SteadyLevel => "if values scatter around a steady level",
    }
}

fn warned(warning: Warning) -> &'static str {
    match warning {
        Warning::ZeroValue => "a value is 0, so there is no error in percent",
        Warning::Constant => "all values are equal, so nothing can be learnt about errors",
        Warning::TooShortToTest => "too few values to choose a method by the past; simple smoothing is taken",
        Warning::NoBetterThanNaive => "in the past this was no better than saying that all stays as it is",
        Warning::NoBetterThanSeasonalNaive => "in the past this was no better than repeating the last season",
        Warning::TooManyParameters => "too few values for intervals",
        Warning::NotTested => "too few values to try this on the past",
    }
}

/// Errors one step ahead, and of forecasts made in the past beside those that know nothing.
fn errors(found: &Forecast) -> Option<Table> {
    let heads = [
        Head::text("errors"),
        Head::right("n"),
        Head::right("mae"),
        Head::right("rmse"),
        Head::right("mape"),
    ];
    let foot = match &found.backtest {
        Some(test) => {
            let relative = test
                .relative
                .map(|relative| format!("; {relative:.2} of the naive error"))
                .unwrap_or_default();
            format!(
                "in the past: forecasts from {} times, up to {} values ahead, each fitted to what was known then{relative}",
                test.origins, test.horizon
            )
        }
        None => "one step ahead: how far each value was from what the one before let expect".to_owned(),
    };
    let mut table = Table::list(&heads, "").foot(foot);
    let mut row = |name: &str, n: usize, [mae, rmse, mape]: [Option<f64>; 3], taken: bool| {
        let name = if taken { Cell::good(name) } else { name.into() };
        let percent = mape.map(|mape| format!("{mape:.1} %")).unwrap_or_default();
        let value = |value: Option<f64>| Cell::new(value.map(number).unwrap_or_default());
        table.row(vec![name, n.to_string().into(), value(mae), value(rmse), percent.into()]);
    };
    if found.errors > 0 {
        row("one step ahead, within the series", found.errors, [found.mae, found.rmse, found.mape], false);
    }
    let of = |errors: &Accuracy| [Some(errors.mae), Some(errors.rmse), errors.mape];
    if let Some(test) = found.backtest.as_ref().filter(|_| found.candidates.is_empty()) {
        row(&format!("in the past: {}", word(found.method)), test.method.n, of(&test.method), true);
        row("in the past: naive", test.naive.n, of(&test.naive), false);
        if let Some(errors) = &test.seasonal_naive {
            row("in the past: seasonal naive", errors.n, of(errors), false);
        }
    }
    for Candidate { method, accuracy } in &found.candidates {
        if let Some(errors) = accuracy {
            row(&format!("in the past: {}", word(*method)), errors.n, of(errors), *method == found.method);
        }
    }
    (found.errors > 0).then_some(table)
}

/// Four digits or a little more.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e9).contains(&size) {
        return format!("{value:.3e}");
    }
    let places = if size >= 1000.0 {
        1
    } else if size >= 10.0 {
        2
    } else {
        3
    };
    format!("{value:.places$}")
}
