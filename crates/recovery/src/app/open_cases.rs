use std::collections::{BTreeMap, HashMap};

use ting_chassis::store::Tx;
use ting_proto::events::v1::CaseOpened;
use uuid::Uuid;

use super::queue_notifications::queue_notifications;
use crate::{
    domain::{
        case::Case,
        message::NotificationKind,
        rule::{Cause, Occurrence},
    },
    store::{self, case::Sighting, entry::NewEntry},
};

/// Who writes the entries that nobody asked for.
const ACTOR: &str = "ting";

/// Opens a case for each cause that came up, or counts it on the case that is open already; tells of the new ones.
pub async fn open_cases(tx: &mut Tx, occurrences: &[Occurrence]) -> sqlx::Result<()> {
    if occurrences.is_empty() {
        return Ok(());
    }
    let (workspace, now) = (tx.workspace()?.clone(), tx.now());
    let sightings = gather(occurrences, || tx.next_id());
    let cases = store::case::sight(tx, &workspace, &sightings, now).await?;
    let by_place: HashMap<(Uuid, Cause), &Sighting> =
        sightings.iter().map(|sighting| ((sighting.about_id, sighting.cause), sighting)).collect();
    let (mut entries, mut new) = (Vec::new(), Vec::new());
    for case in &cases {
        let Some(sighting) = by_place.get(&(case.about_id, case.cause)) else { continue };
        let is_new = case.id == sighting.case_id;
        entries.push(NewEntry { case, from: (!is_new).then_some(case.state), note: note(sighting) });
        if is_new {
            new.push(case);
        }
    }
    store::entry::append(tx, &workspace, ACTOR, now, &entries).await?;
    queue_notifications(tx, NotificationKind::CaseOpened, &new).await?;
    let events: Vec<_> = new.iter().map(|case| (case.id.to_string(), opened(case))).collect();
    tx.publish_all(&events).await
}

/// One sighting for each customer and cause, in order.
fn gather(occurrences: &[Occurrence], next_id: impl Fn() -> Uuid) -> Vec<Sighting> {
    let mut sightings: BTreeMap<(Uuid, Cause), Sighting> = BTreeMap::new();
    for occurrence in occurrences {
        let new = || Sighting {
            case_id: next_id(),
            about_id: occurrence.about_id,
            customer_id: occurrence.customer_id,
            feedback_id: occurrence.feedback_id,
            cause: occurrence.cause,
            occurrences: 0,
        };
        sightings.entry((occurrence.about_id, occurrence.cause)).or_insert_with(new).occurrences += 1;
    }
    sightings.into_values().collect()
}

/// What the history says: the cause, the feedback if it was one, and how often if more than once at a time.
fn note(sighting: &Sighting) -> String {
    let mut note = sighting.cause.to_string();
    if let Some(feedback_id) = sighting.feedback_id {
        note = format!("{note}: feedback {feedback_id}");
    }
    if sighting.occurrences > 1 {
        note = format!("{note} and {} more", sighting.occurrences - 1);
    }
    note
}

fn opened(case: &Case) -> CaseOpened {
    CaseOpened {
        case_id: case.id.to_string(),
        customer_id: case.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        cause: case.cause.to_string(),
        severity: case.severity.to_string(),
        feedback_id: case.feedback_id.map(|id| id.to_string()).unwrap_or_default(),
    }
}
