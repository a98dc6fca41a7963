use std::collections::HashMap;

use clap::{Args, Subcommand};
use ting_proto::intake::v1::{
    Customer as Stored, GetCustomerRequest, Identity, ListCustomersRequest, ListCustomersResponse,
    UpsertCustomerRequest, get_customer_request::By, intake_service_client::IntakeServiceClient,
};
use uuid::Uuid;

use super::missing;
use crate::{
    connect::{Authorised, Session},
    error::CliError,
    output::{Column, Table, time},
    pages::{self, Limit},
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting customer upsert C0012 --name '王芳' --email c0012@example.com --attribute tier=gold
  ting customer get C0012
  ting customer list --limit 10")]
pub enum Customer {
    /// Register a customer, or change the one with this id
    #[command(after_help = "Examples:
  ting customer upsert C0012 --name '王芳' --email c0012@example.com
  ting customer upsert C0012 --attribute tier=gold --attribute city=杭州    # replaces all attributes")]
    Upsert(Upsert),
    /// Show one customer
    #[command(after_help = "Examples:
  ting customer get C0012
  ting customer get 019a5c3e-7d1e-7000-8000-000000000001 --format json")]
    Get {
        /// Your own id of the customer, or ours
        id: String,
    },
    /// List customers, newest first
    #[command(after_help = "Examples:
  ting customer list
  ting customer list --limit 0 --format csv > customers.csv")]
    List {
        #[command(flatten)]
        limit: Limit,
    },
}

#[derive(Debug, Args)]
pub struct Upsert {
    /// Your own id of the customer
    external_id: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    /// May be given many times; together they replace the attributes that were there
    #[arg(long = "attribute", value_name = "KEY=VALUE", value_parser = attribute)]
    attributes: Vec<(String, String)>,
    /// Change it only if nobody else did since: the etag that `get` showed
    #[arg(long, default_value = "", hide_default_value = true)]
    etag: String,
}

pub async fn run(session: &Session, command: Customer) -> Result<(), CliError> {
    match command {
        Customer::Upsert(upsert) => change(session, upsert).await,
        Customer::Get { id } => show(session, id).await,
        Customer::List { limit } => show_list(session, limit).await,
    }
}

/// Our id of a customer, whichever id was typed; empty when none was.
pub async fn id_of(
    client: &mut IntakeServiceClient<Authorised>,
    typed: Option<String>,
) -> Result<String, CliError> {
    let Some(typed) = typed else { return Ok(String::new()) };
    if is_ours(&typed) {
        return Ok(typed);
    }
    let request = GetCustomerRequest { by: Some(By::ExternalId(typed)) };
    let answer = client.get_customer(request).await?.into_inner();
    Ok(answer.customer.ok_or_else(|| missing("customer"))?.customer_id)
}

fn is_ours(id: &str) -> bool {
    id.len() == uuid::fmt::Hyphenated::LENGTH && Uuid::try_parse(id).is_ok()
}

fn attribute(raw: &str) -> Result<(String, String), String> {
    let (key, value) = raw.split_once('=').ok_or("write an attribute as KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

async fn change(session: &Session, upsert: Upsert) -> Result<(), CliError> {
    let named = upsert.name.is_some() || upsert.email.is_some() || upsert.phone.is_some();
    let identity = named.then(|| Identity {
        name: upsert.name.unwrap_or_default(),
        email: upsert.email.unwrap_or_default(),
        phone: upsert.phone.unwrap_or_default(),
    });
    let request = UpsertCustomerRequest {
        request_id: session.request_id(),
        external_id: upsert.external_id,
        identity,
        attributes: upsert.attributes.into_iter().collect::<HashMap<_, _>>(),
        etag: upsert.etag,
    };
    let answer = session.intake().await?.upsert_customer(request).await?.into_inner();
    let customer = answer.customer.clone().ok_or_else(|| missing("customer"))?;
    let done = if answer.created { "registered" } else { "changed" };
    session.output.show(&answer, || vec![details(&customer).foot(format!("{done}."))])
}

async fn show(session: &Session, id: String) -> Result<(), CliError> {
    let by = if is_ours(&id) { By::CustomerId(id) } else { By::ExternalId(id) };
    let answer =
        session.intake().await?.get_customer(GetCustomerRequest { by: Some(by) }).await?.into_inner();
    let customer = answer.customer.clone().ok_or_else(|| missing("customer"))?;
    session.output.show(&answer, || vec![details(&customer)])
}

async fn show_list(session: &Session, limit: Limit) -> Result<(), CliError> {
    let mut client = session.intake().await?;
    let answer: ListCustomersResponse = pages::collect(limit, async |page_size, page_token| {
        Ok(client.list_customers(ListCustomersRequest { page_size, page_token }).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || vec![table(&answer.customers)])
}

fn table(customers: &[Stored]) -> Table {
    let columns = [
        Column::left("customer_id"),
        Column::text("external_id"),
        Column::text("name"),
        Column::text("attributes"),
    ];
    let mut table =
        Table::list(&columns, "No customers yet: ting import customers.csv, or ting customer upsert");
    for customer in customers {
        let name = customer.identity.as_ref().map(|identity| identity.name.as_str()).unwrap_or_default();
        table.row(vec![
            customer.customer_id.as_str().into(),
            customer.external_id.as_str().into(),
            name.into(),
            attributes(customer).into(),
        ]);
    }
    table
}

fn details(customer: &Stored) -> Table {
    let identity = customer.identity.clone().unwrap_or_default();
    Table::details(vec![
        ("customer_id", customer.customer_id.as_str().into()),
        ("external_id", customer.external_id.as_str().into()),
        ("name", identity.name.into()),
        ("email", identity.email.into()),
        ("phone", identity.phone.into()),
        ("attributes", attributes(customer).into()),
        ("created_at", time(customer.created_at).into()),
        ("updated_at", time(customer.updated_at).into()),
        ("etag", customer.etag.as_str().into()),
    ])
}

/// `city=杭州 tier=gold`, in the same order every time.
fn attributes(customer: &Stored) -> String {
    let mut pairs: Vec<String> =
        customer.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.sort_unstable();
    pairs.join(" ")
}
