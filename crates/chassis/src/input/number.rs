use std::ops::RangeInclusive;

use super::Violation;

/// A whole number on a scale.
pub fn int_in(field: &str, value: i32, range: RangeInclusive<i32>) -> Result<i32, Violation> {
    if range.contains(&value) {
        Ok(value)
    } else {
        let message = format!("is not from {} to {}", range.start(), range.end());
        Err(Violation::new(field, "OUT_OF_SCALE", message))
    }
}

/// A value of an enumeration of the contract; `UNSPECIFIED` is none.
pub fn enumeration<E: TryFrom<i32>>(field: &str, raw: i32) -> Result<E, Violation> {
    let known = if raw == 0 { None } else { E::try_from(raw).ok() };
    known.ok_or_else(|| Violation::new(field, "UNKNOWN_ENUM", "is unspecified or not a known value"))
}

/// Like [`enumeration`], but may be `UNSPECIFIED`.
pub fn optional_enumeration<E: TryFrom<i32>>(field: &str, raw: i32) -> Result<Option<E>, Violation> {
    if raw == 0 { Ok(None) } else { enumeration(field, raw).map(Some) }
}

/// A field that must be there.
pub fn required<T>(field: &str, value: Option<T>) -> Result<T, Violation> {
    value.ok_or_else(|| Violation::new(field, "REQUIRED", "is required"))
}

#[cfg(test)]
mod tests {
    use ting_proto::types::v1::Metric;

    use super::{enumeration, int_in, optional_enumeration, required};

    #[test]
    fn numbers_off_the_scale_are_refused() {
        for (value, good) in
            [(-1, false), (0, true), (10, true), (11, false), (i32::MIN, false), (i32::MAX, false)]
        {
            let checked = int_in("value", value, 0..=10);
            assert_eq!(checked.is_ok(), good, "{value}");
            assert!(good || checked.unwrap_err().reason == "OUT_OF_SCALE");
        }
    }

    #[test]
    fn unspecified_and_unknown_values_are_no_values() {
        assert_eq!(enumeration::<Metric>("metric", 1), Ok(Metric::Nps));
        for raw in [0, -1, 9999] {
            assert_eq!(enumeration::<Metric>("metric", raw).unwrap_err().reason, "UNKNOWN_ENUM");
        }
        assert_eq!(optional_enumeration::<Metric>("metric", 0), Ok(None));
        assert_eq!(optional_enumeration::<Metric>("metric", 9999).unwrap_err().reason, "UNKNOWN_ENUM");
    }

    #[test]
    fn what_is_required_must_be_there() {
        assert_eq!(required("by", None::<i32>).unwrap_err().reason, "REQUIRED");
        assert_eq!(required("by", Some(1)), Ok(1));
    }
}
