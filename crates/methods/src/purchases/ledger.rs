use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Amount;

/// What an amount below 0 means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Returns {
    /// It is a mistake.
    #[default]
    Refuse,
    /// It is left out and counted.
    Ignore,
    /// It is money given back: it lowers what the customer's last purchase up to that day was worth.
    Subtract,
}

/// Why a row is no purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PurchaseError {
    #[error("the amount is below 0")]
    Return,
}

/// All of one customer's purchases of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    day: i32,
    micros: i128,
}

impl Purchase {
    /// The day, counted from 1970-01-01.
    pub fn day(&self) -> i32 {
        self.day
    }

    /// What was paid, in millionths, less what was given back for it.
    pub fn micros(&self) -> i128 {
        self.micros
    }
}

/// One customer's days of purchase: at least one, the earliest first. Only a [`Ledger`] makes them, so sums never overflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    customer: String,
    purchases: Vec<Purchase>,
}

impl History {
    pub fn customer(&self) -> &str {
        &self.customer
    }

    /// The days of purchase, the earliest first.
    pub fn purchases(&self) -> &[Purchase] {
        &self.purchases
    }

    /// The purchases up to a day, that day included.
    pub fn until(&self, day: i32) -> &[Purchase] {
        &self.purchases[..self.purchases.partition_point(|purchase| purchase.day <= day)]
    }

    /// The last day of purchase. (There is always one.)
    pub fn last_day(&self) -> i32 {
        self.purchases.last().map_or(0, Purchase::day)
    }
}

/// What a ledger holds in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purchases {
    /// In the order of the customers' names.
    pub histories: Vec<History>,
    /// The last day on which anybody bought.
    pub last_day: Option<i32>,
    /// Rows after the last day that counts.
    pub rows_left_out: u64,
    /// Returns that were ignored, or that follow no purchase.
    pub returns_left_out: u64,
}

/// Collects rows in any order.
#[derive(Debug, Clone)]
pub struct Ledger {
    until: Option<i32>,
    returns: Returns,
    places: FxHashMap<Box<str>, usize>,
    rows: Vec<Vec<Entry>>,
    rows_left_out: u64,
    returns_left_out: u64,
}

/// Purchases or returns of a day, in part.
#[derive(Debug, Clone, Copy)]
struct Entry {
    day: i32,
    micros: i64,
}

impl Ledger {
    /// An empty ledger that leaves out what lies after the day `until`.
    pub fn new(until: Option<i32>, returns: Returns) -> Self {
        Self {
            until,
            returns,
            places: FxHashMap::default(),
            rows: Vec::new(),
            rows_left_out: 0,
            returns_left_out: 0,
        }
    }

    /// Adds a row; `day` counts from 1970-01-01. Nothing changes when it is refused. An amount of 0 is a purchase.
    pub fn add(&mut self, customer: &str, day: i32, amount: Amount) -> Result<(), PurchaseError> {
        let micros = amount.micros();
        if micros < 0 && self.returns == Returns::Refuse {
            return Err(PurchaseError::Return);
        }
        if self.until.is_some_and(|until| day > until) {
            self.rows_left_out += 1;
            return Ok(());
        }
        if micros < 0 && self.returns == Returns::Ignore {
            self.returns_left_out += 1;
            return Ok(());
        }
        let place = if let Some(place) = self.places.get(customer) {
            *place
        } else {
            self.rows.push(Vec::with_capacity(1));
            self.places.insert(customer.into(), self.rows.len() - 1);
            self.rows.len() - 1
        };
        let entries = &mut self.rows[place];
        // Most lists are in order, so most entries of a day meet here; the rest meets when the ledger is closed.
        if let Some(last) = entries.last_mut()
            && last.day == day
            && (last.micros < 0) == (micros < 0)
            && let Some(sum) = last.micros.checked_add(micros)
        {
            last.micros = sum;
        } else {
            entries.push(Entry { day, micros });
        }
        Ok(())
    }

    /// Closes the ledger. A customer with returns only is nobody's history.
    pub fn close(self) -> Purchases {
        let mut done = Purchases {
            rows_left_out: self.rows_left_out,
            returns_left_out: self.returns_left_out,
            ..Purchases::default()
        };
        let mut rows = self.rows;
        for (customer, place) in self.places {
            let (purchases, orphans) = history(std::mem::take(&mut rows[place]));
            done.returns_left_out += orphans;
            if let Some(last) = purchases.last() {
                done.last_day = done.last_day.max(Some(last.day));
                done.histories.push(History { customer: customer.into(), purchases });
            }
        }
        done.histories.sort_unstable_by(|a, b| a.customer.cmp(&b.customer));
        done
    }
}

/// Days of purchase, and how many returns follow none.
fn history(mut entries: Vec<Entry>) -> (Vec<Purchase>, u64) {
    // On one day purchases come first, so that what was bought and given back that day meets.
    entries.sort_unstable_by_key(|entry| (entry.day, entry.micros < 0));
    let mut purchases: Vec<Purchase> = Vec::new();
    let mut orphans = 0;
    for Entry { day, micros } in entries {
        match purchases.last_mut() {
            Some(last) if last.day == day || micros < 0 => last.micros += i128::from(micros),
            None if micros < 0 => orphans += 1,
            _ => purchases.push(Purchase { day, micros: micros.into() }),
        }
    }
    (purchases, orphans)
}
