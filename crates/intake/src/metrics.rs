//! What intake adds to the numbers at `/metrics`.

use metrics::{describe_gauge, gauge};
use ting_chassis::metrics::size;

const QUEUE_ITEMS: &str = "ting_intake_queue_items";
const QUEUE_LIMIT: &str = "ting_intake_queue_limit";

/// Says what the numbers mean, and how many items may wait.
pub fn describe(limit: usize) {
    describe_gauge!(QUEUE_ITEMS, "Feedback and responses that wait for their transaction.");
    describe_gauge!(QUEUE_LIMIT, "Items that may wait; further ones are refused.");
    gauge!(QUEUE_ITEMS).increment(0.0);
    gauge!(QUEUE_LIMIT).set(size(limit));
}

/// Items that wait in the queue; they have left it when this is dropped.
pub struct Queued(f64);

impl Queued {
    pub fn new(items: usize) -> Self {
        let items = size(items);
        gauge!(QUEUE_ITEMS).increment(items);
        Self(items)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        gauge!(QUEUE_ITEMS).decrement(self.0);
    }
}
