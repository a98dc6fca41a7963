use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use ting_events::Workspace;
use tokio::time::Instant;

use super::incoming::Delivery;

/// Deliveries that are not answered yet, in the order of the stream: what has just come, and what waits here for an earlier event or
/// for the store to come back. Handing such an event back to the stream instead would let it return at some other time, behind
/// events that then have to wait in their turn, and so on.
pub(super) struct Room {
    deliveries: BTreeMap<u64, Delivery>,
    patience: Duration,
}

impl Room {
    /// Keeps a delivery for `patience` at most; it must be shorter than the time after which the stream sends it again.
    pub fn new(patience: Duration) -> Self {
        Self { deliveries: BTreeMap::new(), patience }
    }

    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty()
    }

    /// Takes a delivery in. One that was sent again takes the place of its earlier copy, and its history.
    pub fn admit(&mut self, mut delivery: Delivery) {
        if let Some(earlier) = self.deliveries.get(&delivery.stream_sequence) {
            delivery.failures = earlier.failures;
            delivery.try_after = earlier.try_after;
        }
        self.deliveries.insert(delivery.stream_sequence, delivery);
    }

    /// Takes out the next batch: about `facts` facts, by workspace, each in the order of the stream.
    pub fn batch(&mut self, facts: usize) -> Vec<(Workspace, Vec<Delivery>)> {
        let mut places: HashMap<Workspace, usize> = HashMap::new();
        let mut groups: Vec<(Workspace, Vec<Delivery>)> = Vec::new();
        let mut taken = 0;
        while taken < facts
            && let Some((_, delivery)) = self.deliveries.pop_first()
        {
            taken += delivery.facts.len().max(1);
            let place = *places.entry(delivery.workspace.clone()).or_insert_with(|| {
                groups.push((delivery.workspace.clone(), Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(delivery);
        }
        groups
    }

    /// Takes out what has waited too long here: the stream may give it to somebody else.
    pub fn overdue(&mut self) -> Vec<Delivery> {
        let now = Instant::now();
        let patience = self.patience;
        self.deliveries
            .extract_if(.., |_, delivery| now - delivery.came_at > patience)
            .map(|(_, delivery)| delivery)
            .collect()
    }

    /// Takes out everything.
    pub fn clear(&mut self) -> Vec<Delivery> {
        std::mem::take(&mut self.deliveries).into_values().collect()
    }
}
