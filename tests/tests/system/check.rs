//! Looks into every store, past the services, for what was promised.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::{Connection as _, PgConnection};
use ting_methods::score;
use ting_proto::{
    satisfaction::v1::{GetScoreRequest, Score, satisfaction_service_client::SatisfactionServiceClient},
    types::v1::Metric,
};

use crate::{bed::SystemBed, load::Accepted};

/// Every accepted id is in every store that needs it, once; and nothing else is.
pub async fn every_id_is_everywhere_once(bed: &SystemBed, accepted: &Accepted) {
    let feedback: BTreeSet<String> = accepted.feedback.iter().cloned().collect();
    assert_eq!(feedback.len(), accepted.feedback.len(), "intake gave an id twice");
    let responses: BTreeSet<String> = accepted.responses.iter().cloned().collect();
    assert_eq!(responses.len(), accepted.responses.len(), "intake gave an id twice");
    for (service, query, expected) in [
        ("intake", "SELECT feedback_id::text FROM feedback", &feedback),
        ("intake", "SELECT response_id::text FROM response", &responses),
        ("analysis", "SELECT feedback_id::text FROM comment", &feedback),
        ("satisfaction", "SELECT response_id::text FROM answer", &responses),
    ] {
        let found: Vec<String> =
            sqlx::query_scalar(query).fetch_all(&mut connect(bed, service).await).await.unwrap();
        let ids: BTreeSet<String> = found.iter().cloned().collect();
        assert_eq!(ids.len(), found.len(), "{service}: {query} gives an id twice");
        let lost: Vec<_> = expected.difference(&ids).take(5).collect();
        let invented: Vec<_> = ids.difference(expected).take(5).collect();
        assert!(
            lost.is_empty() && invented.is_empty(),
            "{service}: {query} lost {lost:?}, invented {invented:?}"
        );
    }
}

/// In every outbox the sequences of every aggregate are 1, 2, 3 …, and every consumer has come to the last one.
pub async fn sequences_have_no_gap(bed: &SystemBed) {
    let mut published: HashMap<&str, BTreeMap<String, i64>> = HashMap::new();
    for service in ["intake", "analysis", "satisfaction", "recovery"] {
        let mut sequences = sequences_of(bed, service).await;
        for (aggregate, found) in &mut sequences {
            found.sort_unstable();
            let expected: Vec<i64> = (1..=i64::try_from(found.len()).unwrap()).collect();
            assert_eq!(*found, expected, "{service}: {aggregate}");
        }
        let lasts = sequences.into_iter().map(|(aggregate, found)| (aggregate, *found.last().unwrap()));
        published.insert(service, lasts.collect());
    }
    for (service, sources) in [
        ("analysis", &["intake"][..]),
        ("satisfaction", &["intake"]),
        ("recovery", &["intake", "analysis", "satisfaction"]),
    ] {
        for source in sources {
            let rows: Vec<(String, i64)> =
                sqlx::query_as("SELECT aggregate_id, sequence FROM applied WHERE stream = $1")
                    .bind(format!("TING_{}", source.to_uppercase()))
                    .fetch_all(&mut connect(bed, service).await)
                    .await
                    .unwrap();
            let applied: BTreeMap<String, i64> = rows.into_iter().collect();
            assert_eq!(applied, published[*source], "{service} has not applied what {source} published");
        }
        let parked: i64 = sqlx::query_scalar("SELECT count(*) FROM dead_letter")
            .fetch_one(&mut connect(bed, service).await)
            .await
            .unwrap();
        assert_eq!(parked, 0, "{service} has dead letters");
    }
}

async fn sequences_of(bed: &SystemBed, service: &str) -> BTreeMap<String, Vec<i64>> {
    let payloads: Vec<Vec<u8>> = sqlx::query_scalar("SELECT payload FROM outbox ORDER BY position")
        .fetch_all(&mut connect(bed, service).await)
        .await
        .unwrap();
    let mut sequences: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for payload in payloads {
        for fact in ting_events::Envelope::parse(&payload).unwrap().facts().unwrap() {
            sequences.entry(fact.aggregate_id).or_default().push(fact.sequence);
        }
    }
    sequences
}

/// Scores equal a computation from what intake stores.
pub async fn scores_equal_a_recomputation(bed: &SystemBed) {
    let mut satisfaction = SatisfactionServiceClient::new(bed.channel("satisfaction"));
    for metric in [Metric::Nps, Metric::Csat, Metric::Ces] {
        let request = GetScoreRequest { metric: metric.into(), ..Default::default() };
        let score = satisfaction.get_score(bed.with(request)).await.unwrap().into_inner().score.unwrap();
        let counts = counted_in_intake(bed, metric).await;
        let (n, value) = recomputed(metric, &counts);
        assert_eq!(score.n, n, "{metric:?}");
        assert_eq!(score.value, value, "{metric:?}");
        same_distribution(&score, &counts);
    }
}

fn same_distribution(score: &Score, counts: &BTreeMap<i32, u64>) {
    let found: u64 = score.distribution.iter().map(|count| u64::try_from(*count).unwrap()).sum();
    assert_eq!(found, counts.values().sum::<u64>());
    let filled = score.distribution.iter().filter(|count| **count > 0).count();
    assert_eq!(filled, counts.len());
}

async fn counted_in_intake(bed: &SystemBed, metric: Metric) -> BTreeMap<i32, u64> {
    let name = metric.as_str_name().trim_start_matches("METRIC_").to_lowercase();
    let rows: Vec<(i32, i64)> =
        sqlx::query_as("SELECT value, count(*) FROM response WHERE metric = $1 GROUP BY value")
            .bind(name)
            .fetch_all(&mut connect(bed, "intake").await)
            .await
            .unwrap();
    rows.into_iter().map(|(value, count)| (value, u64::try_from(count).unwrap())).collect()
}

fn recomputed(metric: Metric, counts: &BTreeMap<i32, u64>) -> (i64, Option<f64>) {
    fn histogram<const N: usize>(counts: &BTreeMap<i32, u64>, lowest: i32) -> [u64; N] {
        std::array::from_fn(|index| {
            counts.get(&(lowest + i32::try_from(index).unwrap())).copied().unwrap_or(0)
        })
    }
    let n = i64::try_from(counts.values().sum::<u64>()).unwrap();
    let value = match metric {
        Metric::Nps => score::nps(&histogram(counts, 0)).map(|nps| nps.value),
        Metric::Csat => score::csat(&histogram(counts, 1)).map(|csat| csat.percent),
        Metric::Ces => score::ces(&histogram(counts, 1)).map(|ces| ces.mean),
        Metric::Unspecified => None,
    };
    (n, value)
}

/// There is one open case per customer and cause, one notification per case, kind and endpoint, and each was delivered. A sender
/// killed between sending and writing it down sends again, with the same id: at least once, and recognisable.
pub async fn each_case_was_notified_once(bed: &SystemBed) {
    let mut recovery = connect(bed, "recovery").await;
    let doubled: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT 1 FROM recovery_case WHERE state <> 'closed' GROUP BY about_id, cause HAVING count(*) > 1) AS d",
    )
    .fetch_one(&mut recovery)
    .await
    .unwrap();
    assert_eq!(doubled, 0, "two open cases for one customer and cause");
    let (cases, notifications, delivered): (i64, i64, i64) = sqlx::query_as(
        r"
        SELECT (SELECT count(*) FROM recovery_case),
               (SELECT count(*) FROM notification WHERE kind = 'case_opened'),
               (SELECT count(*) FROM notification WHERE kind = 'case_opened' AND state = 'delivered')
        ",
    )
    .fetch_one(&mut recovery)
    .await
    .unwrap();
    assert!(cases > 0);
    assert_eq!(
        (notifications, delivered),
        (2 * cases, 2 * cases),
        "a webhook and an e-mail for each of {cases} cases"
    );
    let webhooks: BTreeSet<String> = bed.webhooks.received().into_iter().map(|webhook| webhook.id).collect();
    let mails: BTreeSet<String> = bed
        .mails
        .received()
        .iter()
        .map(|mail| mail.header("message-id").unwrap_or_default().to_owned())
        .collect();
    let cases = usize::try_from(cases).unwrap();
    assert_eq!((webhooks.len(), mails.len()), (cases, cases));
}

async fn connect(bed: &SystemBed, service: &str) -> PgConnection {
    PgConnection::connect(&bed.store(service)).await.unwrap()
}
