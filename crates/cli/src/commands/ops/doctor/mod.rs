mod advice;
mod certificate;
mod check;
mod environment;
mod place;
mod service;
mod token;

use std::{
    iter::once,
    path::{Path, PathBuf},
};

use check::{Check, State};
use clap::Args;
use environment::Environment;
use serde::Serialize;

use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Cell, Column, Format, Table},
};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting ops doctor && echo all is well
  ting ops doctor --env .env              also tries every login of an installation with docker compose
  ting ops doctor --page https://ting.example.com
  ting ops doctor --format json           for a monitor; the exit status is 1 when anything is wrong")]
pub struct Doctor {
    /// Try the logins in this file as well, from here; for services that do not start
    #[arg(long, value_name = "FILE")]
    env: Option<PathBuf>,
    /// Ask the page of the gateway as well: http://127.0.0.1:7100, or what browsers use
    #[arg(long, value_name = "URL")]
    page: Option<String>,
}

/// A service, or another part of the installation, and what was looked at.
#[derive(Debug, Serialize)]
struct Examined {
    service: String,
    address: String,
    checks: Vec<Check>,
}

/// Looks at everything; fails if anything is wrong.
pub async fn run(session: &Session, doctor: &Doctor) -> Result<(), CliError> {
    let environment = doctor.env.as_deref().map(Environment::read).transpose()?;
    let token = token::examine(session.claims().as_ref(), session.has_token(), session.clock.now());
    let mut examined =
        vec![Examined { service: "here".to_owned(), address: String::new(), checks: vec![token] }];
    let services = Service::ALL.map(async |service| Examined {
        service: service.name().to_owned(),
        address: session.address(service).to_owned(),
        checks: service::examine(session, service).await,
    });
    examined.extend(futures::future::join_all(services).await);
    if let Some(address) = &doctor.page {
        let checks = place::page(address, session.clock.now()).await;
        examined.push(Examined { service: "gateway".to_owned(), address: address.clone(), checks });
    }
    if let (Some(environment), Some(file)) = (environment, &doctor.env) {
        examined.extend(environment.examine(file.parent().unwrap_or(Path::new("."))).await);
    }
    session.output.show(&examined, || match session.output.format {
        Format::Csv => vec![rows(&examined)],
        Format::Table | Format::Json => page(&examined),
    })?;
    let wrong = examined.iter().flat_map(|one| &one.checks).any(|check| check.state == State::Wrong);
    if wrong { Err(CliError::Told) } else { Ok(()) }
}

/// A row for everything that was looked at.
fn rows(examined: &[Examined]) -> Table {
    let columns =
        ["service", "address", "dependency", "state", "since", "wrong", "what to do"].map(Column::left);
    let mut table = Table::list(&columns, "");
    for (one, check) in all(examined) {
        let text = |text: &Option<String>| Cell::new(text.clone().unwrap_or_default());
        table.row(vec![
            one.service.as_str().into(),
            one.address.as_str().into(),
            check.dependency.as_str().into(),
            check.state.cell(),
            since(check),
            text(&check.wrong),
            text(&check.todo),
        ]);
    }
    table
}

/// A row for everything, then what is wrong with room for all that is to be said.
fn page(examined: &[Examined]) -> Vec<Table> {
    let mut table =
        Table::list(&["service", "address", "dependency", "state", "since"].map(Column::left), "");
    for (one, check) in all(examined) {
        table.row(vec![
            one.service.as_str().into(),
            one.address.as_str().into(),
            check.dependency.as_str().into(),
            check.state.cell(),
            since(check),
        ]);
    }
    let details = all(examined).filter_map(|(one, check)| {
        let colour = if check.state == State::Wrong { Cell::bad } else { Cell::warning };
        Some(Table::details(vec![
            ("service", one.service.as_str().into()),
            ("dependency", check.dependency.as_str().into()),
            ("wrong", colour(check.wrong.clone()?)),
            ("what to do", check.todo.clone().unwrap_or_default().into()),
        ]))
    });
    once(table).chain(details).collect()
}

fn all(examined: &[Examined]) -> impl Iterator<Item = (&Examined, &Check)> {
    examined.iter().flat_map(|one| one.checks.iter().map(move |check| (one, check)))
}

fn since(check: &Check) -> Cell {
    check.since.map_or_else(|| Cell::new(""), |since| since.format("%Y-%m-%d %H:%M:%S").to_string().into())
}
