//! The CDNOW sample; `golden/cdnow.README.md` says where it comes from.

use ting_methods::purchases::{Amount, Ledger, Purchases, Returns};

/// 1997-09-30, the last day of calibration in the literature, counted from 1970-01-01.
pub const END: i32 = 10_134;

/// All transactions up to a day.
pub fn histories(until: Option<i32>) -> Purchases {
    let mut ledger = Ledger::new(until, Returns::Refuse);
    let mut reader = csv::Reader::from_reader(include_str!("../golden/cdnow.csv").as_bytes());
    for record in reader.records() {
        let record = record.unwrap();
        ledger.add(&record[0], day(&record[1]), Amount::parse(&record[2]).unwrap()).unwrap();
    }
    ledger.close()
}

/// The days of 1997 and 1998, counted from 1970-01-01.
fn day(text: &str) -> i32 {
    const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let part = |from: usize, to: usize| text[from..to].parse::<i32>().unwrap();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    assert!((1997..=1998).contains(&year), "{text}");
    9862 + 365 * (year - 1997) + BEFORE[usize::try_from(month).unwrap() - 1] + day - 1
}
