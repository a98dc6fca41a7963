use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::comment::{Arrived, Reading, language_name};

/// Between the elements of a text[] on its way: arrays of arrays must be rectangular.
const SEPARATOR: &str = "\u{1f}";

/// A comment with everything that is known about it.
#[derive(Debug)]
pub struct NewComment<'a> {
    pub number: i64,
    pub arrived: &'a Arrived,
    pub reading: &'a Reading,
    pub theme_id: Option<Uuid>,
    pub duplicate_of: Option<Uuid>,
}

/// The columns of a batch.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<Uuid>,
    numbers: Vec<i64>,
    customers: Vec<Option<Uuid>>,
    texts: Vec<&'a str>,
    kinds: Vec<&'a str>,
    channels: Vec<&'a str>,
    touchpoints: Vec<&'a str>,
    languages: Vec<&'a str>,
    sentiments: Vec<f64>,
    negatives: Vec<bool>,
    words: Vec<String>,
    urgencies: Vec<f64>,
    rules: Vec<String>,
    themes: Vec<Option<Uuid>>,
    margins: Vec<f64>,
    duplicates: Vec<Option<Uuid>>,
    times: Vec<DateTime<Utc>>,
    weeks: Vec<NaiveDate>,
}

impl<'a> Columns<'a> {
    fn push(&mut self, comment: &NewComment<'a>) {
        let NewComment { arrived, reading, .. } = comment;
        self.ids.push(arrived.feedback_id);
        self.numbers.push(comment.number);
        self.customers.push(arrived.customer_id);
        self.texts.push(&arrived.text);
        self.kinds.push(arrived.kind.name());
        self.channels.push(&arrived.channel);
        self.touchpoints.push(&arrived.touchpoint);
        self.languages.push(language_name(reading.language));
        self.sentiments.push(reading.sentiment);
        self.negatives.push(reading.negative);
        self.words.push(reading.sentiment_words.join(SEPARATOR));
        self.urgencies.push(reading.urgency);
        self.rules.push(reading.urgency_rules.join(SEPARATOR));
        self.themes.push(comment.theme_id);
        self.margins.push(reading.place.margin);
        self.duplicates.push(comment.duplicate_of);
        self.times.push(arrived.occurred_at);
        self.weeks.push(arrived.week());
    }
}

/// Inserts comments.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: &str,
    comments: &[NewComment<'_>],
) -> sqlx::Result<()> {
    let mut columns = Columns::default();
    for comment in comments {
        columns.push(comment);
    }
    sqlx::query!(
        r#"
        INSERT INTO comment (workspace_id, feedback_id, number, customer_id, text, kind, channel, touchpoint, language,
            sentiment, negative, sentiment_words, urgency, urgency_rules, theme_id, margin, duplicate_of, occurred_at, week)
        SELECT $1, t.id, t.number, t.customer, t.text, t.kind, t.channel, t.touchpoint, t.language,
            t.sentiment, t.negative, string_to_array(t.words, chr(31)), t.urgency, string_to_array(t.rules, chr(31)),
            t.theme, t.margin, t.duplicate, t.time, t.week
        FROM UNNEST($2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::float8[], $11::boolean[], $12::text[], $13::float8[], $14::text[], $15::uuid[], $16::float8[], $17::uuid[],
            $18::timestamptz[], $19::date[])
            AS t (id, number, customer, text, kind, channel, touchpoint, language, sentiment, negative, words, urgency, rules,
                  theme, margin, duplicate, time, week)
        "#,
        workspace,
        &columns.ids,
        &columns.numbers,
        &columns.customers as _,
        &columns.texts as _,
        &columns.kinds as _,
        &columns.channels as _,
        &columns.touchpoints as _,
        &columns.languages as _,
        &columns.sentiments,
        &columns.negatives,
        &columns.words,
        &columns.urgencies,
        &columns.rules,
        &columns.themes as _,
        &columns.margins,
        &columns.duplicates as _,
        &columns.times,
        &columns.weeks,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// What a run reads of a comment.
#[derive(Debug)]
pub struct Line {
    pub number: i64,
    pub feedback_id: Uuid,
    pub text: String,
    pub theme_id: Option<Uuid>,
}

/// Reads the comments after `after` up to `until`, in the order in which they came.
pub async fn lines(
    conn: &mut PgConnection,
    workspace: &str,
    after: i64,
    until: i64,
    limit: i64,
) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"
        SELECT number, feedback_id, text, theme_id FROM comment
        WHERE workspace_id = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4
        "#,
        workspace,
        after,
        until,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Draws the same share of every week and language, about `size` comments up to `until` in all; which, the seed decides.
pub async fn sample(
    conn: &mut PgConnection,
    workspace: &str,
    until: i64,
    size: i64,
    seed: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"
        SELECT number FROM (
            SELECT number,
                   row_number() OVER (PARTITION BY week, language ORDER BY hashtextextended(feedback_id::text, $4), number) AS place,
                   count(*) OVER (PARTITION BY week, language) AS there
            FROM comment WHERE workspace_id = $1 AND number <= $2::bigint
        ) drawn
        WHERE place <= round(there * ($3::bigint::numeric / $2::bigint))
        ORDER BY number
        "#,
        workspace,
        until,
        size,
        seed,
    )
    .fetch_all(conn)
    .await
}

/// Reads comments by their numbers.
pub async fn numbered(conn: &mut PgConnection, workspace: &str, numbers: &[i64]) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        "SELECT number, feedback_id, text, theme_id FROM comment WHERE workspace_id = $1 AND number = ANY($2) ORDER BY number",
        workspace,
        numbers,
    )
    .fetch_all(conn)
    .await
}

/// Moves comments, by number, to the themes of a run.
pub async fn move_to(
    conn: &mut PgConnection,
    workspace: &str,
    numbers: &[i64],
    themes: &[Option<Uuid>],
    margins: &[f64],
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE comment c SET theme_id = t.theme, margin = t.margin
        FROM UNNEST($2::bigint[], $3::uuid[], $4::float8[]) AS t (number, theme, margin)
        WHERE c.workspace_id = $1 AND c.number = t.number AND (c.theme_id, c.margin) IS DISTINCT FROM (t.theme, t.margin)
        "#,
        workspace,
        numbers,
        themes as _,
        margins,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// A comment as callers see it.
#[derive(Debug)]
pub struct CommentRow {
    pub feedback_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub text: String,
    pub kind: String,
    pub language: String,
    pub sentiment: f64,
    pub sentiment_words: Vec<String>,
    pub urgency: f64,
    pub urgency_rules: Vec<String>,
    pub theme_id: Option<Uuid>,
    pub theme_label: Option<String>,
    pub margin: f64,
    pub duplicate_of: Option<Uuid>,
    pub occurred_at: DateTime<Utc>,
}

/// Which comments to list.
#[derive(Debug, Default)]
pub struct Filter {
    /// Of the middle level; `None`: of any theme or none.
    pub themes: Option<Vec<Uuid>>,
    pub customer_id: Option<Uuid>,
    /// Only those of this list, when there is one.
    pub feedback_ids: Option<Vec<Uuid>>,
    /// The last one of the page before.
    pub before: Option<(DateTime<Utc>, Uuid)>,
}

/// Lists comments, newest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: &str,
    filter: &Filter,
    limit: i64,
) -> sqlx::Result<Vec<CommentRow>> {
    let (before_time, before_id) = filter.before.unzip();
    sqlx::query_as!(
        CommentRow,
        r#"
        SELECT c.feedback_id, c.customer_id, c.text, c.kind, c.language, c.sentiment, c.sentiment_words, c.urgency,
               c.urgency_rules, c.theme_id, t.label AS "theme_label?", c.margin, c.duplicate_of, c.occurred_at
        FROM comment c
        LEFT JOIN theme t ON t.workspace_id = $1 AND t.theme_id = c.theme_id
        WHERE c.workspace_id = $1
          AND ($2::uuid[] IS NULL OR c.theme_id = ANY($2))
          AND ($3::uuid IS NULL OR c.customer_id = $3)
          AND ($4::uuid[] IS NULL OR c.feedback_id = ANY($4))
          AND ($5::timestamptz IS NULL OR (c.occurred_at, c.feedback_id) < ($5, $6::uuid))
        ORDER BY c.occurred_at DESC, c.feedback_id DESC
        LIMIT $7
        "#,
        workspace,
        filter.themes.as_deref(),
        filter.customer_id,
        filter.feedback_ids.as_deref(),
        before_time,
        before_id,
        limit,
    )
    .fetch_all(conn)
    .await
}
