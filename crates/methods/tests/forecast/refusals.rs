use ting_methods::forecast::{ForecastError, Method, Settings, Start, forecast};

use crate::{fitted, passengers};

#[test]
fn what_cannot_be_forecast_says_why() {
    let run = |series: &[f64], settings: Settings| forecast(series, &settings).unwrap_err();
    let all = Settings::default;
    assert_eq!(run(&[1.0], all()), ForecastError::TooShort { needed: 2, found: 1 });
    assert_eq!(run(&[], all()), ForecastError::TooShort { needed: 2, found: 0 });
    assert!(matches!(run(&[1.0, f64::NAN], all()), ForecastError::Value { at: 1, .. }));
    assert!(matches!(run(&[1e200, 1.0], all()), ForecastError::Value { at: 0, .. }));
    assert_eq!(run(&[1.0, 2.0], Settings { horizon: 0, ..all() }), ForecastError::Horizon(0));
    assert_eq!(run(&[1.0, 2.0], Settings { season: Some(1), ..all() }), ForecastError::NoSeason);
    assert_eq!(run(&[1.0, 2.0], Settings { window: Some(0), ..all() }), ForecastError::Window(0));
    let rate = Settings { alpha: Some(1.5), ..all() };
    assert_eq!(run(&[1.0, 2.0], rate), ForecastError::Rate { name: "alpha", value: 1.5 });
    let additive = Settings { method: Some(Method::Additive), ..all() };
    assert_eq!(run(&[1.0; 30], additive.clone()), ForecastError::NoSeason);
    let short = Settings { season: Some(12), ..additive };
    assert_eq!(run(&[1.0; 24], short), ForecastError::TooShort { needed: 25, found: 24 });
    let mut series = passengers();
    series[7] = 0.0;
    let zero = ForecastError::NotPositive { at: 7, value: 0.0 };
    assert_eq!(run(&series, fitted(Method::Multiplicative, None)), zero);
    let long = Settings { season: Some(61), start: Some(Start::Fitted), ..fitted(Method::Additive, None) };
    assert_eq!(run(&passengers(), long), ForecastError::LongSeason(61));
}
