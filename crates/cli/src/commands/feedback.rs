use std::io::Read as _;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use ting_proto::{
    intake::v1::{
        Feedback as Stored, FeedbackInput, GetFeedbackRequest, ListFeedbackRequest, ListFeedbackResponse,
        SubmitFeedbackRequest,
    },
    types::v1::{FeedbackKind, Source},
};

use super::{customer, missing};
use crate::{
    connect::Session,
    error::CliError,
    output::{Cell, Column, Table, Word as _, time},
    pages::{self, Limit},
    values::{KindValue, SourceValue, number},
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting feedback submit --kind complaint --text 'The kettle leaks.' --customer C0012
  ting feedback list --kind complaint --limit 10
  ting feedback get 019a5c3e-7d1e-7000-8000-000000000001")]
pub enum Feedback {
    /// File one piece of feedback
    #[command(after_help = "Examples:
  ting feedback submit --kind complaint --text 'The kettle leaks.' --customer C0012 --channel phone
  ting feedback submit --kind comment --text - < letter.txt
  ting feedback submit --kind praise --text '很快' --external-id mail-4711    # twice is once")]
    Submit(Submit),
    /// List feedback, last received first
    #[command(after_help = "Examples:
  ting feedback list --customer C0012
  ting feedback list --kind complaint --limit 0 --format csv > complaints.csv")]
    List(List),
    /// Show one piece of feedback
    #[command(
        after_help = "Examples:\n  ting feedback get 019a5c3e-7d1e-7000-8000-000000000001 --format json"
    )]
    Get {
        /// The id that `list` and `submit` show
        id: String,
    },
}

#[derive(Debug, Args)]
pub struct Submit {
    /// What was said, in the customer's words; - reads it from standard input
    #[arg(long)]
    text: String,
    /// What it is meant as
    #[arg(long, value_enum)]
    kind: KindValue,
    /// Your own id of the customer, who is registered if not known yet; anonymous when left out
    #[arg(long, value_name = "EXTERNAL_ID")]
    customer: Option<String>,
    /// Where it was said: app, phone, …
    #[arg(long, value_name = "TOKEN")]
    channel: Option<String>,
    /// What it was about: delivery, billing, …
    #[arg(long, value_name = "TOKEN")]
    touchpoint: Option<String>,
    /// Told to the company, or said in public [default: external]
    #[arg(long, value_enum)]
    source: Option<SourceValue>,
    /// When it was said, as 2026-03-01T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    occurred_at: Option<DateTime<Utc>>,
    /// Your own id of it: the same id twice is one piece of feedback
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this customer's: the id, or your own id
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// Only this kind
    #[arg(long, value_enum)]
    kind: Option<KindValue>,
    #[command(flatten)]
    limit: Limit,
}

pub async fn run(session: &Session, command: Feedback) -> Result<(), CliError> {
    match command {
        Feedback::Submit(submit) => file(session, submit).await,
        Feedback::List(list) => show_list(session, list).await,
        Feedback::Get { id } => show(session, id).await,
    }
}

async fn file(session: &Session, submit: Submit) -> Result<(), CliError> {
    let feedback = FeedbackInput {
        external_id: submit.external_id.unwrap_or_default(),
        customer_external_id: submit.customer.unwrap_or_default(),
        kind: FeedbackKind::from(submit.kind).into(),
        text: if submit.text == "-" { standard_input()? } else { submit.text },
        channel: submit.channel.unwrap_or_default(),
        source: number::<Source, _>(submit.source),
        touchpoint: submit.touchpoint.unwrap_or_default(),
        occurred_at: submit.occurred_at.map(Into::into),
    };
    let request = SubmitFeedbackRequest { request_id: session.request_id(), feedback: Some(feedback) };
    let answer = session.intake().await?.submit_feedback(request).await?.into_inner();
    let known = if answer.created { "" } else { " (known already, nothing was added)" };
    session.output.say(&answer, &format!("{}{known}", answer.feedback_id))
}

fn standard_input() -> Result<String, CliError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

async fn show_list(session: &Session, list: List) -> Result<(), CliError> {
    let mut client = session.intake().await?;
    let customer_id = customer::id_of(&mut client, list.customer).await?;
    let kind = number::<FeedbackKind, _>(list.kind);
    let answer: ListFeedbackResponse = pages::collect(list.limit, async |page_size, page_token| {
        let request = ListFeedbackRequest { page_size, page_token, customer_id: customer_id.clone(), kind };
        Ok(client.list_feedback(request).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || {
        let foot = format!("{} of {} in the workspace", answer.feedback.len(), answer.total);
        vec![table(&answer.feedback).foot(foot)]
    })
}

async fn show(session: &Session, feedback_id: String) -> Result<(), CliError> {
    let answer = session.intake().await?.get_feedback(GetFeedbackRequest { feedback_id }).await?.into_inner();
    let feedback = answer.feedback.clone().ok_or_else(|| missing("feedback"))?;
    session.output.show(&answer, || {
        vec![Table::details(vec![
            ("feedback_id", feedback.feedback_id.as_str().into()),
            ("external_id", feedback.external_id.as_str().into()),
            ("customer_id", feedback.customer_id.as_str().into()),
            ("kind", kind(&feedback)),
            ("channel", feedback.channel.as_str().into()),
            ("source", feedback.source().word().into()),
            ("touchpoint", feedback.touchpoint.as_str().into()),
            ("occurred_at", time(feedback.occurred_at).into()),
            ("received_at", time(feedback.received_at).into()),
            ("text", feedback.text.as_str().into()),
        ])]
    })
}

fn table(feedback: &[Stored]) -> Table {
    let columns = [
        Column::left("feedback_id"),
        Column::left("occurred"),
        Column::left("kind"),
        Column::text("touchpoint"),
        Column::text("text"),
    ];
    let mut table = Table::list(&columns, "No feedback yet: ting import FILE, or ting feedback submit");
    for one in feedback {
        table.row(vec![
            one.feedback_id.as_str().into(),
            time(one.occurred_at).into(),
            kind(one),
            one.touchpoint.as_str().into(),
            one.text.as_str().into(),
        ]);
    }
    table
}

fn kind(feedback: &Stored) -> Cell {
    let word = feedback.kind().word();
    match feedback.kind() {
        FeedbackKind::Complaint => Cell::bad(word),
        FeedbackKind::Praise => Cell::good(word),
        FeedbackKind::Comment | FeedbackKind::Suggestion | FeedbackKind::Unspecified => word.into(),
    }
}
