//! Submissions of one kind, committed workspace by workspace.

use std::collections::BTreeMap;

use ting_chassis::{
    fault::{Code, Fault as _, RequestError, StoreError, chain},
    store::Store,
};
use ting_events::Workspace;
use tracing::Instrument as _;

use super::{Submission, Voice, claims, claims::Fate, take::take_in};
use crate::store::tally;

/// The outcome of each submission of a group, in order.
type Outcomes<A> = Vec<Result<A, RequestError>>;

/// Commits submissions and answers every one.
pub async fn settle<V: Voice>(store: &Store, submissions: Vec<Submission<V>>) {
    let mut groups: BTreeMap<Workspace, Vec<Submission<V>>> = BTreeMap::new();
    for submission in submissions {
        // Whoever has stopped waiting cannot learn the answer, and will ask again if it matters.
        if !submission.reply.is_closed() {
            groups.entry(submission.workspace.clone()).or_default().push(submission);
        }
    }
    for (workspace, group) in groups {
        settle_workspace(store, &workspace, group).await;
    }
}

async fn settle_workspace<V: Voice>(store: &Store, workspace: &Workspace, group: Vec<Submission<V>>) {
    let error = match commit(store, workspace, &group).await {
        Ok(outcomes) => return reply(group, outcomes),
        Err(error) => StoreError::from(error),
    };
    tracing::warn!(error = chain(&error), submissions = group.len(), "a group could not be committed");
    if error.is_transient() || group.len() == 1 {
        let outcomes = group.iter().map(|_| Err(failure(&error))).collect();
        return reply(group, outcomes);
    }
    // One of them is what the store cannot take: alone, it fails alone.
    for submission in group {
        let alone = [submission];
        let outcome = match commit(store, workspace, &alone).await {
            Ok(outcomes) => outcomes,
            Err(error) => vec![Err(failure(&error.into()))],
        };
        reply(alone.into(), outcome);
    }
}

fn reply<V: Voice>(group: Vec<Submission<V>>, outcomes: Outcomes<V::Answer>) {
    for (submission, outcome) in group.into_iter().zip(outcomes) {
        // Fails when the caller has gone meanwhile: what is committed stays.
        let _ = submission.reply.send(outcome);
    }
}

/// Takes in a group in one transaction. Its events carry the trace of its first submission.
async fn commit<V: Voice>(
    store: &Store,
    workspace: &Workspace,
    group: &[Submission<V>],
) -> sqlx::Result<Outcomes<V::Answer>> {
    let span = group.first().map_or_else(tracing::Span::none, |first| first.span.clone());
    commit_in_span(store, workspace, group).instrument(span).await
}

async fn commit_in_span<V: Voice>(
    store: &Store,
    workspace: &Workspace,
    group: &[Submission<V>],
) -> sqlx::Result<Outcomes<V::Answer>> {
    let mut tx = store.begin(workspace).await?;
    let mut fates = claims::claim(&mut tx, group).await?;
    let live: Vec<&Submission<V>> = group
        .iter()
        .zip(&fates)
        .filter(|(_, fate)| matches!(fate, Fate::Live))
        .map(|(live, _)| live)
        .collect();
    let voices: Vec<&V> = live.iter().flat_map(|submission| &submission.voices).collect();
    let taken = if voices.is_empty() { Vec::new() } else { take_in(&mut tx, &voices).await? };
    let mut rest = taken.as_slice();
    for (submission, fate) in group.iter().zip(&mut fates).filter(|(_, fate)| matches!(fate, Fate::Live)) {
        let (own, others) = rest.split_at(submission.voices.len());
        rest = others;
        let answer = V::answer(own);
        if let Some(claim) = &submission.claim {
            tx.remember(claim.method, &claim.request_id, &answer).await?;
        }
        *fate = Fate::Answered(answer);
    }
    let created = taken.iter().filter(|taken| taken.created).count();
    if created > 0 {
        // Never saturates: a group has a few thousand voices.
        tally::add(&mut tx, workspace, V::COUNTED, i64::try_from(created).unwrap_or(i64::MAX)).await?;
    }
    tx.commit().await?;
    Ok(outcomes(fates))
}

fn outcomes<A: Clone>(fates: Vec<Fate<A>>) -> Outcomes<A> {
    let answers: Vec<Option<A>> = fates
        .iter()
        .map(|fate| match fate {
            Fate::Repeats(first) => match fates.get(*first) {
                Some(Fate::Answered(answer)) => Some(answer.clone()),
                _ => None,
            },
            Fate::Live | Fate::Answered(_) | Fate::Refused(_) => None,
        })
        .collect();
    let outcome = |(fate, repeated): (Fate<A>, Option<A>)| match fate {
        Fate::Answered(answer) => Ok(answer),
        Fate::Refused(error) => Err(error),
        // What is repeated was live, and all that was live has been answered.
        Fate::Repeats(_) | Fate::Live => repeated.ok_or_else(|| failure(&sqlx::Error::RowNotFound.into())),
    };
    fates.into_iter().zip(answers).map(outcome).collect()
}

/// The failure of the group as one of its submissions sees it: the error itself can be handed out only once.
fn failure(error: &StoreError) -> RequestError {
    let reason = match error {
        StoreError::Unavailable(_) | StoreError::Conflict(_) | StoreError::Timeout(_) => "STORE",
        StoreError::Internal(_) => "INTERNAL",
    };
    // Other transactions in the way are nothing that a caller could know about: to them, the store is busy.
    let code = if error.is_transient() { Code::Unavailable } else { error.code() };
    RequestError::Refused { code, reason, text: error.to_string() }
}
