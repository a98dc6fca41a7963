use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;
use ting_chassis::{consumer::HandlerError, store::Tx};
use ting_proto::{
    events::v1::FeedbackClassifiedItem,
    types::v1::{FeedbackKind, Language},
};
use uuid::Uuid;

use super::{
    App, blocking,
    models::{Active, Lineage},
};
use crate::{
    domain::{
        comment::{Arrived, Reading, language_name, language_of, place_all, read_all},
        duplicates::Known,
        theme::Growth,
    },
    store::{self, comment::NewComment},
};

/// Comments of one workspace, what they say, and where they belong.
struct Batch {
    arrived: Arc<Vec<Arrived>>,
    readings: Vec<Reading>,
    /// The theme of each.
    lineages: Vec<Option<Lineage>>,
    /// What each repeats.
    duplicates: Vec<Option<Uuid>>,
}

/// Reads comments, finds what they repeat, places them in the themes of the active run, and tells of it.
#[tracing::instrument(name = "analysis.classify_feedback", skip_all, fields(comments = arrived.len()))]
pub async fn classify_feedback(app: &App, tx: &mut Tx, arrived: Vec<Arrived>) -> Result<(), HandlerError> {
    if arrived.is_empty() {
        return Ok(());
    }
    let workspace = tx.workspace()?.clone();
    let workspace = workspace.as_str();
    // The reading is the work: it is done before other batches of the workspace have to wait.
    let expected = store::overview::active_run(tx, workspace).await?;
    let mut active = app.models.get(tx, workspace, expected).await?;
    let arrived = Arc::new(arrived);
    let mut readings = read(&arrived, active.clone()).await;

    let mut overview = store::overview::lock(tx, workspace).await?;
    if overview.active_run != expected {
        // A run has ended meanwhile: its themes decide.
        active = app.models.get(tx, workspace, overview.active_run).await?;
        place_again(&arrived, &mut readings, active.clone()).await;
    }
    let lineage = |reading: &Reading| active.as_ref().and_then(|active| active.theme(reading.place.key));
    let lineages = readings.iter().map(lineage).collect();
    let duplicates = find_duplicates(tx, workspace, &arrived, &readings).await?;
    let batch = Batch { arrived, readings, lineages, duplicates };

    store(tx, workspace, overview.comments + 1, &batch).await?;
    grow_themes(tx, workspace, &batch).await?;
    overview.comments += i64::try_from(batch.arrived.len()).unwrap_or(i64::MAX);
    overview.last_comment_at = Some(tx.now());
    if active.is_some() {
        let parked = batch.lineages.iter().filter(|lineage| lineage.is_none()).count();
        let parked = i64::try_from(parked).unwrap_or(i64::MAX);
        overview.parked += parked;
        overview.parked_since += parked;
    }
    store::overview::write(tx, workspace, &overview).await?;
    tx.publish_bulk(facts(&batch)).await?;
    Ok(())
}

async fn read(arrived: &Arc<Vec<Arrived>>, active: Option<Arc<Active>>) -> Vec<Reading> {
    let texts: Vec<String> = arrived.iter().map(|comment| comment.text.clone()).collect();
    blocking(move || read_all(&texts, active.as_ref().and_then(|active| active.model.as_ref()))).await
}

async fn place_again(arrived: &Arc<Vec<Arrived>>, readings: &mut [Reading], active: Option<Arc<Active>>) {
    let texts: Vec<String> = arrived.iter().map(|comment| comment.text.clone()).collect();
    let places =
        blocking(move || place_all(&texts, active.as_ref().and_then(|active| active.model.as_ref()))).await;
    for (reading, place) in readings.iter_mut().zip(places) {
        reading.place = place;
    }
}

/// Finds what each comment repeats, of those before it in the store and in the batch.
async fn find_duplicates(
    tx: &mut Tx,
    workspace: &str,
    arrived: &Arc<Vec<Arrived>>,
    readings: &[Reading],
) -> Result<Vec<Option<Uuid>>, HandlerError> {
    let bands: Vec<Vec<i64>> = readings.iter().map(|reading| reading.bands.clone()).collect();
    let distinct: BTreeSet<i64> = bands.iter().flatten().copied().collect();
    let distinct: Vec<i64> = distinct.into_iter().collect();
    let mut known = Known::default();
    for candidate in store::duplicate::candidates(tx, workspace, &distinct).await? {
        for band in candidate.bands {
            known.add(band, candidate.feedback_id, &candidate.text);
        }
    }
    let arrived = Arc::clone(arrived);
    let (duplicates, new_bands, new_ids) = blocking(move || {
        let (mut duplicates, mut new_bands, mut new_ids) =
            (Vec::with_capacity(arrived.len()), Vec::new(), Vec::new());
        for (comment, bands) in arrived.iter().zip(&bands) {
            let repeated = known.find(&comment.text, bands);
            // What repeats another one is found through that one, so that a phrase said by everybody has few rows.
            if repeated.is_none() {
                for band in bands {
                    known.add(*band, comment.feedback_id, &comment.text);
                    new_bands.push(*band);
                    new_ids.push(comment.feedback_id);
                }
            }
            duplicates.push(repeated);
        }
        (duplicates, new_bands, new_ids)
    })
    .await;
    store::duplicate::insert(tx, workspace, &new_bands, &new_ids).await?;
    Ok(duplicates)
}

async fn store(tx: &mut Tx, workspace: &str, first: i64, batch: &Batch) -> Result<(), HandlerError> {
    let comments: Vec<NewComment<'_>> = (first..)
        .zip(batch.arrived.iter())
        .enumerate()
        .map(|(place, (number, arrived))| NewComment {
            number,
            arrived,
            reading: &batch.readings[place],
            theme_id: batch.lineages[place].map(|lineage| lineage.theme_id),
            duplicate_of: batch.duplicates[place],
        })
        .collect();
    Ok(store::comment::insert(tx, workspace, &comments).await?)
}

/// Adds the comments to their themes and to the large ones around them.
async fn grow_themes(tx: &mut Tx, workspace: &str, batch: &Batch) -> Result<(), HandlerError> {
    let mut growth: BTreeMap<Uuid, Growth> = BTreeMap::new();
    let mut weeks: BTreeMap<(Uuid, NaiveDate), i64> = BTreeMap::new();
    for ((arrived, reading), lineage) in batch.arrived.iter().zip(&batch.readings).zip(&batch.lineages) {
        let Some(lineage) = lineage else { continue };
        for theme_id in [Some(lineage.theme_id), lineage.parent_id].into_iter().flatten() {
            let grown = growth.entry(theme_id).or_default();
            grown.size += 1;
            grown.negative += i64::from(reading.negative);
            *weeks.entry((theme_id, arrived.week())).or_default() += 1;
        }
    }
    if !growth.is_empty() {
        store::theme::grow(tx, workspace, &growth).await?;
        store::theme::grow_weeks(tx, workspace, &weeks).await?;
    }
    Ok(())
}

fn facts(batch: &Batch) -> Vec<(String, FeedbackClassifiedItem)> {
    let rows = batch.arrived.iter().zip(&batch.readings).zip(batch.lineages.iter().zip(&batch.duplicates));
    rows.map(|((arrived, reading), (lineage, duplicate_of))| {
        let item = FeedbackClassifiedItem {
            feedback_id: arrived.feedback_id.to_string(),
            customer_id: arrived.customer_id.map(|id| id.to_string()).unwrap_or_default(),
            kind: FeedbackKind::from(arrived.kind).into(),
            language: Language::into(language_of(language_name(reading.language))),
            sentiment: reading.sentiment,
            urgency: reading.urgency,
            urgency_rules: reading.urgency_rules.clone(),
            theme_id: lineage.map(|lineage| lineage.theme_id.to_string()).unwrap_or_default(),
            duplicate_of: duplicate_of.map(|id| id.to_string()).unwrap_or_default(),
            ..FeedbackClassifiedItem::default()
        };
        let aggregate = arrived.customer_id.unwrap_or(arrived.feedback_id);
        (aggregate.to_string(), item)
    })
    .collect()
}
