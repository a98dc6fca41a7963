use super::accuracy::accuracy;
use super::backtest::{Backtest, backtest, origins, pairs};
use super::model::{Kind, Model, needed};
use super::smooth::{Season, State};
use super::spread::spread;
use super::{Candidate, Forecast, ForecastError, LARGEST, Method, Parameters, Settings, Step, Warning};

/// Forecasts a series, whose values are in the order of time at equal distances.
pub fn forecast(series: &[f64], settings: &Settings) -> Result<Forecast, ForecastError> {
    check(series, settings)?;
    // A power of two keeps every digit, and squares of what remains stay within the numbers.
    let unit = unit(series);
    let scaled: Vec<f64> = series.iter().map(|value| value / unit).collect();
    let (method, candidates, mut warnings) = choose(&scaled, settings)?;
    let model = Model::fit(method, &scaled, settings).map_err(|error| in_units(error, series))?;
    let tested = origins(&[method], series.len(), settings);
    let tested = backtest(method, &scaled, &tested, settings);
    let found = describe(series, &scaled, &model, (method, unit), settings)?;
    judge(series, &found, tested.as_ref(), &mut warnings);
    let whole =
        Forecast { chosen: settings.method.is_none(), candidates, backtest: tested, warnings, ..found };
    Ok(in_unit(whole, unit))
}

fn check(series: &[f64], settings: &Settings) -> Result<(), ForecastError> {
    if let Some(at) = series.iter().position(|value| !value.is_finite() || value.abs() > LARGEST) {
        return Err(ForecastError::Value { at, value: series[at] });
    }
    if !(1..=10_000).contains(&settings.horizon) {
        return Err(ForecastError::Horizon(settings.horizon));
    }
    if settings.season.is_some_and(|season| season < 2) {
        return Err(ForecastError::NoSeason);
    }
    if settings.window == Some(0) {
        return Err(ForecastError::Window(0));
    }
    let rates = [
        ("alpha", settings.alpha),
        ("beta", settings.beta),
        ("gamma", settings.gamma),
        ("phi", settings.phi),
    ];
    for (name, value) in rates {
        if let Some(value) = value.filter(|value| !(0.0..=1.0).contains(value)) {
            return Err(ForecastError::Rate { name, value });
        }
    }
    if series.len() < 2 {
        return Err(ForecastError::TooShort { needed: 2, found: series.len() });
    }
    Ok(())
}

/// The power of two just above the largest value.
fn unit(series: &[f64]) -> f64 {
    let largest = series.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    if largest > 0.0 { largest.log2().ceil().max(-1000.0).exp2() } else { 1.0 }
}

/// The result in the unit of the series.
fn in_unit(mut found: Forecast, unit: f64) -> Forecast {
    let multiplies = found.method == Method::Multiplicative;
    let state = |state: State| state.times(unit, multiplies);
    let test = |test: Backtest| Backtest {
        method: test.method.times(unit),
        naive: test.naive.times(unit),
        seasonal_naive: test.seasonal_naive.map(|accuracy| accuracy.times(unit)),
        ..test
    };
    let scale = |value: f64| value * unit;
    for step in &mut found.forecast {
        step.value *= unit;
        step.low = step.low.map(scale);
        step.high = step.high.map(scale);
    }
    for candidate in &mut found.candidates {
        candidate.accuracy = candidate.accuracy.take().map(|accuracy| accuracy.times(unit));
    }
    Forecast {
        first: found.first.map(state),
        last: found.last.map(state),
        fitted: found.fitted.into_iter().map(|value| value.map(scale)).collect(),
        sse: found.sse * unit * unit,
        mae: found.mae.map(scale),
        rmse: found.rmse.map(scale),
        backtest: found.backtest.map(test),
        ..found
    }
}

fn in_units(error: ForecastError, series: &[f64]) -> ForecastError {
    match error {
        ForecastError::NotPositive { at, .. } => ForecastError::NotPositive { at, value: series[at] },
        error => error,
    }
}

/// The method asked for, or the one with the smallest error in the past.
fn choose(
    series: &[f64],
    settings: &Settings,
) -> Result<(Method, Vec<Candidate>, Vec<Warning>), ForecastError> {
    if let Some(method) = settings.method {
        needed(method, settings)?;
        return Ok((method, vec![], vec![]));
    }
    let positive = series.iter().all(|value| *value > 0.0);
    let mut methods: Vec<Method> =
        Method::ALL.into_iter().filter(|method| needed(*method, settings).is_ok()).collect();
    methods.retain(|method| positive || *method != Method::Multiplicative);
    let origins = origins(&methods, series.len(), settings);
    if origins.is_empty() {
        return Ok((Method::Simple, vec![], vec![Warning::TooShortToTest]));
    }
    let tried = |method: &Method| {
        let accuracy = pairs(*method, series, &origins, settings).and_then(|pairs| accuracy(&pairs));
        Candidate { method: *method, accuracy }
    };
    let candidates: Vec<Candidate> = methods.iter().map(tried).collect();
    let known =
        candidates.iter().filter_map(|candidate| Some((candidate.accuracy.as_ref()?.mae, candidate.method)));
    let best = known.reduce(|best, this| if this.0 < best.0 { this } else { best });
    let method = best.map_or(Method::Simple, |(_, method)| method);
    Ok((method, candidates, vec![]))
}

/// The result without its test, in scaled units where these matter.
fn describe(
    series: &[f64],
    scaled: &[f64],
    model: &Model,
    (method, unit): (Method, f64),
    settings: &Settings,
) -> Result<Forecast, ForecastError> {
    let ahead = model.ahead(scaled, settings.horizon);
    let (basis, ends) = spread(model, scaled, &ahead, settings.seed);
    let ends = ends
        .filter(|ends| ends.iter().all(|(low, high)| (low * unit).is_finite() && (high * unit).is_finite()));
    let pairs = model.pairs(scaled);
    let sse: f64 = pairs.iter().map(|(value, expected)| (value - expected).powi(2)).sum();
    let errors = accuracy(&pairs);
    if !ahead.iter().all(|value| (value * unit).is_finite()) || !(sse * unit * unit).is_finite() {
        return Err(ForecastError::Range);
    }
    let step = |(at, value): (usize, &f64)| Step {
        step: at + 1,
        value: *value,
        low: ends.as_ref().map(|ends| ends[at].0),
        high: ends.as_ref().map(|ends| ends[at].1),
    };
    let (first, last, start) = match &model.kind {
        Kind::Smooth { start, end, kind, .. } => (Some(start.clone()), Some(end.clone()), Some(*kind)),
        Kind::Last(_) | Kind::Average(_) => (None, None, None),
    };
    let (parameters, fitted_parameters) = parameters(model, settings);
    Ok(Forecast {
        n: series.len(),
        method,
        chosen: false,
        season: settings.season,
        parameters,
        fitted_parameters,
        start,
        first,
        last,
        fitted: std::iter::repeat_n(None, model.skip)
            .chain(model.expected.iter().copied().map(Some))
            .collect(),
        forecast: ahead.iter().enumerate().map(step).collect(),
        basis,
        errors: pairs.len(),
        sse,
        mae: errors.as_ref().map(|errors| errors.mae),
        rmse: errors.as_ref().map(|errors| errors.rmse),
        mape: errors.as_ref().and_then(|errors| errors.mape),
        backtest: None,
        candidates: vec![],
        warnings: vec![],
    })
}

fn parameters(model: &Model, settings: &Settings) -> (Parameters, Vec<String>) {
    let mut found = Parameters::default();
    match &model.kind {
        Kind::Last(_) => {}
        Kind::Average(window) => found.window = Some(*window),
        Kind::Smooth { form, rates, .. } => {
            found.alpha = Some(rates.alpha);
            found.beta = form.trend.then_some(rates.beta);
            found.gamma = (form.season != Season::None).then_some(rates.gamma);
            found.phi = form.damped.then_some(rates.phi);
        }
    }
    let chosen = [
        ("alpha", found.alpha.is_some() && settings.alpha.is_none()),
        ("beta", found.beta.is_some() && settings.beta.is_none()),
        ("gamma", found.gamma.is_some() && settings.gamma.is_none()),
        ("phi", found.phi.is_some() && settings.phi.is_none()),
        ("window", found.window.is_some() && settings.window.is_none()),
    ];
    (found, chosen.into_iter().filter(|(_, chosen)| *chosen).map(|(name, _)| name.to_owned()).collect())
}

fn judge(series: &[f64], found: &Forecast, test: Option<&Backtest>, warnings: &mut Vec<Warning>) {
    let skipped = found.n - found.errors;
    let zero = found.mape.is_none() && series[skipped..].contains(&0.0);
    let constant = series.iter().all(|value| *value - series[0] == 0.0);
    let no_better =
        |other: Option<f64>| test.zip(other).is_some_and(|(test, other)| test.method.mae >= other);
    let naive = no_better(test.map(|test| test.naive.mae)) && found.method != Method::Naive;
    let seasonal = test.and_then(|test| test.seasonal_naive.as_ref()).map(|seasonal| seasonal.mae);
    let seasonal = no_better(seasonal) && found.method != Method::SeasonalNaive;
    let untested = test.is_none() && !warnings.contains(&Warning::TooShortToTest);
    warnings.extend(
        [
            (zero, Warning::ZeroValue),
            (constant, Warning::Constant),
            (untested, Warning::NotTested),
            (naive && !constant, Warning::NoBetterThanNaive),
            (seasonal && !constant, Warning::NoBetterThanSeasonalNaive),
            (found.forecast[0].low.is_none(), Warning::TooManyParameters),
        ]
        .into_iter()
        .filter_map(|(true_, warning)| true_.then_some(warning)),
    );
}
