use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use ting_proto::{
    intake::v1::{
        ListResponsesRequest, ListResponsesResponse, Response as Stored, ResponseInput, SubmitResponseRequest,
    },
    types::v1::Metric,
};

use super::customer;
use crate::{
    connect::Session,
    error::CliError,
    output::{Column, Table, Word as _, time},
    pages::{self, Limit},
    values::{MetricValue, number},
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting response submit --metric nps --value 9 --customer C0012
  ting response list --metric csat --limit 10")]
pub enum Response {
    /// File one answer
    #[command(after_help = "Examples:
  ting response submit --metric nps --value 9 --customer C0012 --channel email
  ting response submit --metric ces --value 2 --touchpoint delivery --external-id survey-77    # twice is once")]
    Submit(Submit),
    /// List answers, last received first
    #[command(after_help = "Examples:
  ting response list --customer C0012
  ting response list --metric csat --limit 0 --format csv > csat.csv")]
    List(List),
}

#[derive(Debug, Args)]
pub struct Submit {
    /// The question: nps "would you recommend us", csat "how satisfied are you", ces "it was easy"
    #[arg(long, value_enum)]
    metric: MetricValue,
    /// A whole number: nps 0 to 10, csat 1 to 5, ces 1 to 7; higher is better
    #[arg(long, allow_negative_numbers = true)]
    value: i32,
    /// Your own id of the customer, who is registered if not known yet; anonymous when left out
    #[arg(long, value_name = "EXTERNAL_ID")]
    customer: Option<String>,
    /// Where it was asked: app, email, …
    #[arg(long, value_name = "TOKEN")]
    channel: Option<String>,
    /// What it was about: delivery, billing, …
    #[arg(long, value_name = "TOKEN")]
    touchpoint: Option<String>,
    /// When it was answered, as 2026-03-01T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    answered_at: Option<DateTime<Utc>>,
    /// Your own id of it: the same id twice is one answer [default: a new one]
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this customer's: the id, or your own id
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// Only answers to this question
    #[arg(long, value_enum)]
    metric: Option<MetricValue>,
    #[command(flatten)]
    limit: Limit,
}

pub async fn run(session: &Session, command: Response) -> Result<(), CliError> {
    match command {
        Response::Submit(submit) => file(session, submit).await,
        Response::List(list) => show_list(session, list).await,
    }
}

async fn file(session: &Session, submit: Submit) -> Result<(), CliError> {
    let response = ResponseInput {
        external_id: submit.external_id.unwrap_or_else(|| session.request_id()),
        customer_external_id: submit.customer.unwrap_or_default(),
        metric: Metric::from(submit.metric).into(),
        value: submit.value,
        channel: submit.channel.unwrap_or_default(),
        touchpoint: submit.touchpoint.unwrap_or_default(),
        answered_at: submit.answered_at.map(Into::into),
    };
    let request = SubmitResponseRequest { request_id: session.request_id(), response: Some(response) };
    let answer = session.intake().await?.submit_response(request).await?.into_inner();
    let known = if answer.created { "" } else { " (known already, nothing was added)" };
    session.output.say(&answer, &format!("{}{known}", answer.response_id))
}

async fn show_list(session: &Session, list: List) -> Result<(), CliError> {
    let mut client = session.intake().await?;
    let customer_id = customer::id_of(&mut client, list.customer).await?;
    let metric = number::<Metric, _>(list.metric);
    let answer: ListResponsesResponse = pages::collect(list.limit, async |page_size, page_token| {
        let request =
            ListResponsesRequest { page_size, page_token, customer_id: customer_id.clone(), metric };
        Ok(client.list_responses(request).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || {
        let foot = format!("{} of {} in the workspace", answer.responses.len(), answer.total);
        vec![table(&answer.responses).foot(foot)]
    })
}

fn table(responses: &[Stored]) -> Table {
    let columns = [
        Column::left("response_id"),
        Column::left("answered"),
        Column::left("metric"),
        Column::right("value"),
        Column::text("channel"),
        Column::text("touchpoint"),
    ];
    let mut table = Table::list(&columns, "No answers yet: ting import FILE, or ting response submit");
    for response in responses {
        table.row(vec![
            response.response_id.as_str().into(),
            time(response.answered_at).into(),
            response.metric().word().into(),
            i64::from(response.value).into(),
            response.channel.as_str().into(),
            response.touchpoint.as_str().into(),
        ]);
    }
    table
}
