use proptest::prelude::*;
use serde_json::Value;
use ting_methods::forecast::{Method, Settings, Start, Warning, forecast, picture};

use crate::rates;

fn series() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![(1..9_i32).prop_map(f64::from), 0.5..90.0_f64], 9..40)
}

fn any_method() -> impl Strategy<Value = Method> {
    prop::sample::select(Method::ALL.to_vec())
}

fn quick(method: Method) -> Settings {
    Settings { start: Some(Start::Simple), season: Some(4), horizon: 5, ..rates(method, 0.4, 0.2, 0.3) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_rate_of_one_is_naive(series in series()) {
        let found = forecast(&series, &rates(Method::Simple, 1.0, 0.0, 0.0)).unwrap();
        let naive = forecast(&series, &Settings { method: Some(Method::Naive), horizon: 12, ..Settings::default() }).unwrap();
        prop_assert_eq!(&found.fitted, &naive.fitted);
        prop_assert_eq!(found.forecast.iter().map(|step| step.value).collect::<Vec<_>>(), naive.forecast.iter().map(|step| step.value).collect::<Vec<_>>());
    }

    #[test]
    fn a_constant_series_stays(value in 0.1..1e6_f64, n in 9..30_usize, method in any_method()) {
        let found = forecast(&vec![value; n], &quick(method)).unwrap();
        prop_assert!(found.warnings.contains(&Warning::Constant));
        for step in &found.forecast {
            prop_assert!((step.value - value).abs() <= 1e-9 * value, "{:?}", step);
        }
    }

    #[test]
    fn a_straight_line_goes_on(from in -50.0..50.0_f64, by in -5.0..5.0_f64, n in 5..30_u32) {
        let series: Vec<f64> = (0..n).map(|at| from + by * f64::from(at)).collect();
        let found = forecast(&series, &quick(Method::Double)).unwrap();
        for step in &found.forecast {
            let ahead = f64::from(n - 1 + u32::try_from(step.step).unwrap());
            prop_assert!((step.value - from - by * ahead).abs() < 1e-8);
        }
    }

    #[test]
    fn seasons_that_repeat_go_on(cycle in prop::collection::vec(1.0..9.0_f64, 4), cycles in 3..6_usize) {
        let series = cycle.repeat(cycles);
        for method in [Method::SeasonalNaive, Method::Additive, Method::Multiplicative] {
            let found = forecast(&series, &quick(method)).unwrap();
            for (step, expected) in found.forecast.iter().zip(cycle.iter().cycle()) {
                prop_assert!((step.value - expected).abs() < 1e-9, "{:?}", method);
            }
        }
    }

    #[test]
    fn units_scale_everything(series in series(), method in any_method(), factor in 0.01..1000.0_f64) {
        let other: Vec<f64> = series.iter().map(|value| value * factor).collect();
        let (a, b) = (forecast(&series, &quick(method)).unwrap(), forecast(&other, &quick(method)).unwrap());
        for (a, b) in a.forecast.iter().zip(&b.forecast) {
            prop_assert!((a.value * factor - b.value).abs() <= 1e-7 * factor * (1.0 + a.value.abs()));
        }
        prop_assert!((a.mae.unwrap() * factor - b.mae.unwrap()).abs() <= 1e-7 * factor * (1.0 + a.mae.unwrap()));
    }

    #[test]
    fn intervals_hold_the_value_and_widen(series in series(), method in any_method()) {
        let found = forecast(&series, &quick(method)).unwrap();
        let widths: Vec<f64> = found.forecast.iter().map(|step| step.high.unwrap() - step.low.unwrap()).collect();
        if method != Method::Multiplicative {
            prop_assert!(found.forecast.iter().all(|step| step.low.unwrap() <= step.value && step.value <= step.high.unwrap()));
            prop_assert!(widths.is_sorted_by(|a, b| *a <= *b * (1.0 + 1e-12) + 1e-12));
        }
    }

    #[test]
    fn chosen_rates_are_no_worse_than_any(series in series(), alpha in 0.0..1.0_f64, beta in 0.0..1.0_f64) {
        for method in [Method::Simple, Method::Double] {
            let settings = Settings { alpha: None, beta: None, ..quick(method) };
            let best = forecast(&series, &settings).unwrap();
            let other = forecast(&series, &Settings { alpha: Some(alpha), beta: Some(beta), ..settings }).unwrap();
            prop_assert!(best.sse <= other.sse * (1.0 + 1e-3) + 1e-9, "{:?}: {} {}", method, best.sse, other.sse);
            prop_assert!((0.0..=1.0).contains(&best.parameters.alpha.unwrap()));
        }
    }

    #[test]
    fn hostile_series_never_panic(
        series in prop::collection::vec(prop_oneof![Just(0.0), Just(1e150), Just(-1e150), Just(5e-324), Just(1e-300), -9.0..9.0_f64, Just(f64::NAN)], 0..14),
        method in prop::option::of(any_method()),
    ) {
        let settings = Settings { method, season: Some(3), ..Settings::default() };
        if let Ok(found) = forecast(&series, &settings) {
            let json = serde_json::to_string(&found).unwrap();
            let back: Value = serde_json::from_str(&json).unwrap();
            prop_assert!(back["sse"].is_number() && back["forecast"][0]["value"].is_number());
            let svg = picture(&found, &series, "x", &[]);
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}
