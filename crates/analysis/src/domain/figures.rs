use ting_methods::score::wilson;
use ting_proto::analysis::v1::Share;

/// A share with its interval; all 0 when there is nothing to have a share of.
pub fn share(count: i64, n: i64) -> Share {
    let whole = |value: i64| u64::try_from(value).unwrap_or_default();
    match wilson(whole(count), whole(n)) {
        Some(interval) => {
            Share { count, n, value: ratio(count, n), lower: interval.lower, upper: interval.upper }
        }
        None => Share { count, n, ..Share::default() },
    }
}

/// `count` of `n`; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of comments stay far below 2^53")]
pub fn ratio(count: i64, n: i64) -> f64 {
    if n <= 0 { 0.0 } else { count as f64 / n as f64 }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_lies_within_its_interval_and_a_share_of_nothing_is_nothing() {
        let half = share(5, 10);
        assert!(half.lower < 0.5 && (half.value - 0.5).abs() < 1e-12 && half.upper > 0.5);
        let nothing = share(0, 0);
        assert_eq!((nothing.value, nothing.lower, nothing.upper), (0.0, 0.0, 0.0));
    }
}
