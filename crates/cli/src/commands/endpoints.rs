use std::{fs, path::PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use ting_proto::recovery::v1::{
    CreateEndpointRequest, DeleteEndpointRequest, Endpoint, EndpointKind, ListEndpointsRequest,
    ListEndpointsResponse,
};

use super::missing;
use crate::{
    connect::Session,
    error::CliError,
    output::{Cell, Column, Format, Table, Word as _, time, yes},
    pages::{self, Limit},
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting endpoints add webhook https://desk.example.com/ting
  ting endpoints add email service@example.com
  ting endpoints list
  ting endpoints remove ID")]
pub enum Endpoints {
    /// Send notifications to one more place
    #[command(
        subcommand,
        after_help = "Examples:
  ting endpoints add webhook https://desk.example.com/ting
  ting endpoints add email service@example.com"
    )]
    Add(Add),
    /// List where notifications go
    #[command(after_help = "Examples:\n  ting endpoints list --format json")]
    List {
        #[command(flatten)]
        limit: Limit,
    },
    /// Send no more notifications there
    #[command(after_help = "Examples:\n  ting endpoints remove 019a5c3e-7d1e-7000-8000-000000000001")]
    Remove {
        /// The id that the list shows
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Add {
    /// A program, told by signed HTTP POST
    #[command(after_help = "Examples:
  ting endpoints add webhook https://desk.example.com/ting
  ting endpoints add webhook https://desk.example.com/ting --secret-file whsec.txt")]
    Webhook {
        /// https only, not in a private network
        url: String,
        /// File with the secret that signs: `whsec_` and 24 to 64 bytes in base64 [default: a new one, shown once]
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
    /// A person or a mailing list
    #[command(after_help = "Examples:\n  ting endpoints add email service@example.com")]
    Email { address: String },
}

pub async fn run(session: &Session, command: Endpoints) -> Result<(), CliError> {
    match command {
        Endpoints::Add(add) => create(session, add).await,
        Endpoints::List { limit } => show_list(session, limit).await,
        Endpoints::Remove { id } => remove(session, id).await,
    }
}

async fn create(session: &Session, add: Add) -> Result<(), CliError> {
    let (kind, target, secret) = match add {
        Add::Webhook { url, secret_file } => (EndpointKind::Webhook, url, secret(secret_file)?),
        Add::Email { address } => (EndpointKind::Email, address, String::new()),
    };
    let request =
        CreateEndpointRequest { request_id: session.request_id(), kind: kind.into(), target, secret };
    let answer = session.recovery().await?.create_endpoint(request).await?.into_inner();
    let endpoint = answer.endpoint.clone().ok_or_else(|| missing("endpoint"))?;
    session.output.show(&answer, || {
        let mut fields = vec![
            ("endpoint_id", endpoint.endpoint_id.as_str().into()),
            ("kind", endpoint.kind().word().into()),
            ("target", endpoint.target.as_str().into()),
        ];
        if !answer.secret.is_empty() {
            fields.push(("secret", answer.secret.as_str().into()));
        }
        vec![Table::details(fields)]
    })?;
    if !answer.secret.is_empty() && session.output.format == Format::Table {
        anstream::eprintln!("note: the secret is shown this once; the receiver checks signatures with it");
    }
    Ok(())
}

fn secret(file: Option<PathBuf>) -> Result<String, CliError> {
    let Some(file) = file else { return Ok(String::new()) };
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(text.trim().to_owned())
}

async fn show_list(session: &Session, limit: Limit) -> Result<(), CliError> {
    let mut client = session.recovery().await?;
    let answer: ListEndpointsResponse = pages::collect(limit, async |page_size, page_token| {
        Ok(client.list_endpoints(ListEndpointsRequest { page_size, page_token }).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || vec![table(&answer.endpoints)])
}

fn table(endpoints: &[Endpoint]) -> Table {
    let columns = [
        Column::left("endpoint_id"),
        Column::left("kind"),
        Column::text("target"),
        Column::left("enabled"),
        Column::left("created"),
    ];
    let mut table = Table::list(&columns, "Nobody is told of cases yet: ting endpoints add --help");
    for endpoint in endpoints {
        let enabled = yes(endpoint.enabled);
        table.row(vec![
            endpoint.endpoint_id.as_str().into(),
            endpoint.kind().word().into(),
            endpoint.target.as_str().into(),
            if endpoint.enabled { Cell::new(enabled) } else { Cell::bad(enabled) },
            time(endpoint.created_at).into(),
        ]);
    }
    table
}

async fn remove(session: &Session, endpoint_id: String) -> Result<(), CliError> {
    let request =
        DeleteEndpointRequest { request_id: session.request_id(), endpoint_id: endpoint_id.clone() };
    let answer = session.recovery().await?.delete_endpoint(request).await?.into_inner();
    session.output.say(&answer, &format!("removed {endpoint_id}"))
}
