use ting_proto::analysis::v1::{
    GetRunRequest, GetThemeRequest, ListCommentsRequest, ListThemesRequest, RunState,
};
use ting_testkit::eventually_within;
use uuid::Uuid;

use crate::{
    voice::{Said, Voice, sample},
    workplace::{BY_HAND, PATIENCE, Workplace, assert_consistent, reason, sizes_fall},
};

/// The sample workspace, classified.
async fn with_sample(overrides: &str) -> (Workplace, Voice) {
    let place = Workplace::open(overrides).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let said = sample();
    voice.say(&said).await;
    place.classified(i64::try_from(said.len()).unwrap()).await;
    (place, voice)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_starts_by_itself_and_finds_themes_at_three_levels() {
    let (place, _voice) = with_sample("[service]\nquiet_ms = 300\npoll_ms = 20\nheartbeat_ms = 50\n").await;
    let run = place.ended(1).await;
    assert_eq!((run.state(), run.cause.as_str(), run.error.as_str()), (RunState::Finished, "first", ""));
    assert!(run.finished_at.is_some() && (run.progress - 1.0).abs() < f64::EPSILON);

    let themes = place.themes(0).await;
    assert_eq!(run.comments, themes.comments);
    assert_eq!(run.themes, i64::try_from(themes.themes.len()).unwrap());
    assert!(themes.themes.len() >= 3, "{}", themes.themes.len());
    assert!(themes.parked * 4 < themes.comments, "{} of {} parked", themes.parked, themes.comments);
    assert!(sizes_fall(&themes.themes) && !themes.run_advised);
    let comments = place.all_comments().await;
    assert_consistent(&themes, &comments);
    let shares: f64 = themes.themes.iter().map(|theme| theme.share).sum();
    assert!((shares - 1.0).abs() < 1e-9);

    let large = place.themes(1).await.themes;
    for parent in &large {
        let inside = || themes.themes.iter().filter(|theme| theme.parent_id == parent.theme_id);
        assert_eq!(parent.size, inside().map(|theme| theme.size).sum::<i64>());
        assert_eq!(
            parent.negative.unwrap().count,
            inside().map(|theme| theme.negative.unwrap().count).sum::<i64>()
        );
        let request = ListCommentsRequest {
            theme_id: parent.theme_id.clone(),
            page_size: 500,
            ..ListCommentsRequest::default()
        };
        assert_eq!(place.comments(request).await.len(), usize::try_from(parent.size).unwrap());
    }
    assert!(themes.themes.iter().all(|theme| large.iter().any(|parent| parent.theme_id == theme.parent_id)));
    for theme in themes.themes.iter().chain(&large) {
        assert!(!theme.label.is_empty() && !theme.terms.is_empty() && !theme.quotes.is_empty());
        assert!(
            theme
                .quotes
                .iter()
                .all(|quote| comments.iter().any(|comment| comment.feedback_id == quote.feedback_id))
        );
        let one = place
            .client("acme")
            .get_theme(GetThemeRequest { theme_id: theme.theme_id.clone() })
            .await
            .unwrap();
        assert_eq!(one.into_inner().theme.as_ref(), Some(theme));
    }
    assert!(place.themes(3).await.themes.iter().all(|theme| theme.level == 3 && theme.size > 0));
    assert_eq!(place.facts("run_finished").await.len(), 1);
    let told = place.facts("theme_changed").await;
    let told =
        |id: &str| told.iter().any(|fact| fact["themeId"] == id && fact["gone"].as_bool() != Some(true));
    assert!(themes.themes.iter().all(|theme| told(&theme.theme_id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_comment_joins_its_theme_and_the_counts_equal_a_rebuild() {
    let (place, mut voice) = with_sample(BY_HAND).await;
    assert_eq!(place.run(0).await.seed, 1);
    let before = place.themes(2).await;
    let comments = place.all_comments().await;
    let placed = comments.iter().find(|comment| comment.theme_id == before.themes[0].theme_id).unwrap();
    voice.say(&[Said::new(9001, &placed.text)]).await;
    place.classified(before.comments + 1).await;

    let after = place.themes(2).await;
    let theme = after.themes.iter().find(|theme| theme.theme_id == placed.theme_id).unwrap();
    assert_eq!(theme.size, before.themes[0].size + 1);
    assert_eq!(after.drift.unwrap().n, 1);
    let comments = place.all_comments().await;
    assert_consistent(&after, &comments);
    let new =
        comments.iter().find(|comment| comment.feedback_id == Uuid::from_u128(9001).to_string()).unwrap();
    assert_eq!((&new.theme_id, &new.theme_label), (&placed.theme_id, &theme.label));
    assert!(!new.duplicate_of.is_empty());

    let rebuilt = place.rebuild().await;
    assert_eq!(rebuilt.changed, 0);
    assert!(rebuilt.rows > 4);
    let mut owner = place.analysis.owner().await;
    sqlx::raw_sql("UPDATE theme SET size = size + 5 WHERE level = 2; DELETE FROM theme_week; UPDATE overview SET parked = 0")
        .execute(&mut owner)
        .await
        .unwrap();
    assert!(place.rebuild().await.changed > 0);
    assert_eq!(place.themes(2).await, after);
    assert_eq!(place.rebuild().await.changed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_themes_under_the_same_ids() {
    let (place, _voice) = with_sample(BY_HAND).await;
    place.run(7).await;
    let first = (place.themes(1).await.themes, place.themes(2).await.themes);
    let run = place.run(7).await;
    assert_eq!((run.state(), run.cause.as_str(), run.seed), (RunState::Finished, "asked", 7));
    assert_eq!((place.themes(1).await.themes, place.themes(2).await.themes), first);
    let asked = place.client("acme").get_run(GetRunRequest { run_id: run.run_id.clone() }).await.unwrap();
    assert_eq!(asked.into_inner().run, Some(run));
    assert_eq!(place.facts("run_finished").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn themes_come_in_pages() {
    let (place, _voice) = with_sample(BY_HAND).await;
    place.run(1).await;
    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListThemesRequest { level: 2, page_size: 2, page_token: token };
        let page = place.client("acme").list_themes(request).await.unwrap().into_inner();
        paged.extend(page.themes);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, place.themes(2).await.themes);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_at_a_time_and_a_retry_returns_the_first() {
    let (place, _voice) = with_sample(BY_HAND).await;
    let mut owner = place.analysis.owner().await;
    // Somebody else's, in good health.
    let other = "INSERT INTO run (workspace_id, run_id, state, cause, version, seed, progress, comments, themes, parked, started_at,
                 error, worker, heartbeat_at, tries)
                 VALUES ('acme', gen_random_uuid(), 'running', 'asked', 'v', 1, 0, 0, 0, 0, now(), '', gen_random_uuid(), now(), 1)";
    sqlx::raw_sql(other).execute(&mut owner).await.unwrap();
    let refused = place.start_run("", 1).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (tonic::Code::FailedPrecondition, "RUN_IN_PROGRESS")
    );
    sqlx::raw_sql("DELETE FROM run").execute(&mut owner).await.unwrap();

    let run = place.start_run("r-1", 3).await.unwrap();
    assert_eq!(place.start_run("r-1", 3).await.unwrap(), run);
    place.ended(1).await;
    let other_body = place.start_run("r-1", 4).await.unwrap_err();
    assert_eq!(reason(&other_body), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(place.runs().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_process_died_is_taken_over_and_given_up_after_three_tries() {
    let (place, _voice) = with_sample(BY_HAND).await;
    let mut owner = place.analysis.owner().await;
    let orphan = |tries: i32| {
        format!(
            "INSERT INTO run (workspace_id, run_id, state, cause, version, seed, progress, comments, themes, parked, started_at,
             error, worker, heartbeat_at, tries)
             VALUES ('acme', '0190a000-0000-7000-8000-00000000000{tries}', 'running', 'asked', 'v', 1, 0.5, 0, 0, 0, now(), '',
             gen_random_uuid(), now() - interval '61 seconds', {tries})"
        )
    };
    sqlx::raw_sql(sqlx::AssertSqlSafe(orphan(2))).execute(&mut owner).await.unwrap();
    assert_eq!(place.ended(1).await.state(), RunState::Finished);
    let themes = place.themes(2).await;
    assert!(!themes.themes.is_empty());

    sqlx::raw_sql(sqlx::AssertSqlSafe(orphan(3))).execute(&mut owner).await.unwrap();
    let failed = place.ended(2).await;
    assert_eq!(failed.state(), RunState::Failed);
    assert!(failed.error.contains("3 tries"), "{}", failed.error);
    assert_eq!(place.themes(2).await, themes, "the themes of the finished run are still shown");
    let told = place.facts("run_finished").await;
    assert_eq!(told.iter().filter(|fact| fact["failed"] == true).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_a_stopped_process_had_begun_is_finished_by_the_next() {
    let (place, _voice) = with_sample(BY_HAND).await;
    place.start_run("", 1).await.unwrap();
    let Workplace { bed, analysis } = place;
    let owner_url = analysis.owner_url.clone();
    analysis.stop().await;
    let analysis = bed.service_on(BY_HAND, &owner_url).await;
    let place = Workplace { bed, analysis };
    let run = place.ended(1).await;
    assert_eq!(run.state(), RunState::Finished);
    assert_eq!(place.rebuild().await.changed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_that_come_while_a_run_works_are_placed_by_its_themes() {
    let (place, mut voice) = with_sample(BY_HAND).await;
    let said = sample();
    place.start_run("", 1).await.unwrap();
    for (round, piece) in said.chunks(50).enumerate() {
        let number = |place: usize| 10_000 + (round * 100 + place) as u128;
        let again: Vec<Said> =
            piece.iter().enumerate().map(|(place, said)| Said::new(number(place), &said.text)).collect();
        voice.say(&again).await;
    }
    let run = place.ended(1).await;
    assert_eq!(run.state(), RunState::Finished);
    place.classified(2 * i64::try_from(said.len()).unwrap()).await;
    let comments = place.all_comments().await;
    assert_consistent(&place.themes(2).await, &comments);
    // The same words have the same place, whoever put them there.
    for comment in &comments {
        let same = comments.iter().filter(|other| other.text == comment.text);
        assert!(same.clone().all(|other| other.theme_id == comment.theme_id), "{}", comment.text);
    }
    eventually_within(PATIENCE, async || match place.rebuild().await.changed {
        0 => Ok(()),
        changed => Err(changed),
    })
    .await;
}
