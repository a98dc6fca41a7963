use serde::{Deserialize, Serialize};

use crate::purchases::{History, Purchase, money};

/// What the models need to know of a customer. Times are in one unit, whichever it is, counted from the first purchase.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Behaviour {
    /// Days with a purchase after the first (x).
    pub repeats: u32,
    /// When the last purchase was (tₓ); 0 without repeats.
    pub recency: f64,
    /// How long the customer has been watched (T).
    pub age: f64,
    /// Mean value of the purchases after the first; of no meaning without repeats.
    pub mean_value: f64,
}

impl Behaviour {
    /// What a customer did up to a day; none when the first purchase came later. `unit` is how many days a unit of time has.
    pub fn of(history: &History, end: i32, unit: f64) -> Option<Self> {
        let purchases = history.until(end);
        let (first, last) = (purchases.first()?.day(), purchases.last()?.day());
        let repeats = u32::try_from(purchases.len() - 1).ok()?;
        let days = |from: i32, to: i32| (f64::from(to) - f64::from(from)) / unit;
        let spent = money(purchases[1..].iter().map(Purchase::micros).sum());
        Some(Self {
            repeats,
            recency: days(first, last),
            age: days(first, end),
            mean_value: if repeats == 0 { 0.0 } else { spent / f64::from(repeats) },
        })
    }

    /// Whether the numbers can belong to a customer.
    pub fn is_sound(&self) -> bool {
        let finite = self.recency.is_finite() && self.age.is_finite() && self.mean_value.is_finite();
        finite && 0.0 <= self.recency && self.recency <= self.age && (self.repeats > 0 || self.recency == 0.0)
    }
}

/// Customers who did the same, so that they are reckoned with once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    pub repeats: u32,
    pub recency: f64,
    pub age: f64,
    pub customers: u32,
}

/// Customers in groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// In the order of what they did, which no order of rows changes.
    pub groups: Vec<Group>,
    /// The group of each customer.
    pub of: Vec<usize>,
}

impl Groups {
    pub fn new(behaviours: &[Behaviour]) -> Self {
        let mut order: Vec<usize> = (0..behaviours.len()).collect();
        let key = |at: &usize| {
            let Behaviour { repeats, recency, age, .. } = behaviours[*at];
            // The bits of numbers that are not negative are in the order of the numbers; + 0 makes −0 one of them.
            (repeats, (recency + 0.0).to_bits(), (age + 0.0).to_bits())
        };
        order.sort_unstable_by_key(key);
        let (mut groups, mut of): (Vec<Group>, _) = (Vec::new(), vec![0; behaviours.len()]);
        let mut before = None;
        for at in order {
            if before != Some(key(&at)) {
                let Behaviour { repeats, recency, age, .. } = behaviours[at];
                groups.push(Group { repeats, recency, age, customers: 0 });
                before = Some(key(&at));
            }
            of[at] = groups.len() - 1;
            if let Some(group) = groups.last_mut() {
                group.customers += 1;
            }
        }
        Self { groups, of }
    }
}
