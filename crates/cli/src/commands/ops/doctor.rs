use std::iter::once;

use serde::Serialize;
use ting_proto::ops::v1::{GetStatusRequest, GetStatusResponse};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Cell, Column, Format, Table},
};

/// More events than a healthy service leaves unpublished at any moment.
const MANY_UNPUBLISHED: i64 = 1_000;
/// More events than a healthy consumer is behind, but for a large import.
const MANY_BEHIND: i64 = 10_000;

/// What is wrong with a service, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    wrong: String,
    todo: String,
}

/// A service and what is wrong with it.
#[derive(Debug, Serialize)]
struct Examined {
    service: &'static str,
    address: String,
    findings: Vec<Finding>,
}

/// Looks at every service; fails if anything is wrong.
pub async fn run(session: &Session) -> Result<(), CliError> {
    let mut examined = Vec::new();
    for service in Service::ALL {
        let findings = examine(session, service).await;
        examined.push(Examined {
            service: service.name(),
            address: session.address(service).to_owned(),
            findings,
        });
    }
    session.output.show(&examined, || match session.output.format {
        Format::Csv => vec![table(&examined)],
        Format::Table | Format::Json => page(&examined),
    })?;
    if examined.iter().any(|one| !one.findings.is_empty()) { Err(CliError::Told) } else { Ok(()) }
}

async fn examine(session: &Session, service: Service) -> Vec<Finding> {
    match health(session, service).await {
        Err(error) => vec![finding(&error)],
        Ok(ServingStatus::Serving) => match status(session, service).await {
            Ok(status) => judge(service, &status),
            Err(error) => vec![finding(&error)],
        },
        Ok(_) => vec![Finding {
            wrong: "it runs, but says that it cannot serve: its store or the bus is out of reach".to_owned(),
            todo: format!("see the log of {}, and whether Postgres and NATS run", service.name()),
        }],
    }
}

async fn health(session: &Session, service: Service) -> Result<ServingStatus, CliError> {
    let mut client = HealthClient::new(session.channel(service).await?);
    Ok(client.check(HealthCheckRequest::default()).await?.into_inner().status())
}

async fn status(session: &Session, service: Service) -> Result<GetStatusResponse, CliError> {
    Ok(session.ops(service).await?.get_status(GetStatusRequest {}).await?.into_inner())
}

fn finding(error: &CliError) -> Finding {
    Finding { wrong: error.to_string(), todo: error.hint().unwrap_or_default() }
}

fn judge(service: Service, status: &GetStatusResponse) -> Vec<Finding> {
    let name = service.name();
    let mut findings = Vec::new();
    if status.service != name {
        findings.push(Finding {
            wrong: format!("{} answers at this address", status.service),
            todo: format!("set {} to the address of {name}", service.address_variable()),
        });
    }
    if status.dead_letters > 0 {
        findings.push(Finding {
            wrong: format!("{} events could not be applied and are parked", status.dead_letters),
            todo: format!("ting ops dead-letters list --service {name}; when the cause is gone: replay"),
        });
    }
    if status.outbox_pending > MANY_UNPUBLISHED {
        findings.push(Finding {
            wrong: format!("{} events are stored and not published yet", status.outbox_pending),
            todo: "see whether NATS has room and is fast enough; nothing is lost meanwhile".to_owned(),
        });
    }
    for consumer in status.consumers.iter().filter(|consumer| consumer.pending > MANY_BEHIND) {
        findings.push(Finding {
            wrong: format!("{} events of {} are still to be taken", consumer.pending, consumer.stream),
            todo: format!("after a large import just wait; otherwise run more replicas of {name}"),
        });
    }
    findings
}

/// A row for every finding.
fn table(examined: &[Examined]) -> Table {
    let columns = ["service", "address", "wrong", "what to do"].map(Column::left);
    let mut table = Table::list(&columns, "");
    for one in examined {
        for finding in &one.findings {
            let told = [one.service, &one.address, &finding.wrong, &finding.todo];
            table.row(told.map(Cell::from).to_vec());
        }
    }
    table
}

/// A row for every service, then the findings with room for all that is to be said.
fn page(examined: &[Examined]) -> Vec<Table> {
    let mut services = Table::list(&["service", "address", "state"].map(Column::left), "");
    for one in examined {
        let state =
            if one.findings.is_empty() { Cell::good("well") } else { Cell::bad("something is wrong") };
        services.row(vec![one.service.into(), one.address.as_str().into(), state]);
    }
    let findings = examined.iter().flat_map(|one| one.findings.iter().map(move |finding| (one, finding)));
    let details = findings.map(|(one, finding)| {
        Table::details(vec![
            ("service", one.service.into()),
            ("wrong", Cell::bad(finding.wrong.as_str())),
            ("what to do", finding.todo.as_str().into()),
        ])
    });
    once(services).chain(details).collect()
}

#[cfg(test)]
mod tests {
    use ting_proto::ops::v1::{ConsumerStatus, GetStatusResponse};

    use super::judge;
    use crate::connect::Service;

    fn healthy() -> GetStatusResponse {
        let consumer = ConsumerStatus { stream: "TING_INTAKE".to_owned(), pending: 10, unacknowledged: 3 };
        GetStatusResponse {
            service: "analysis".to_owned(),
            outbox_pending: 5,
            consumers: vec![consumer],
            ..GetStatusResponse::default()
        }
    }

    #[test]
    fn a_healthy_service_has_no_findings() {
        assert_eq!(judge(Service::Analysis, &healthy()), []);
    }

    #[test]
    fn each_trouble_is_named_with_a_next_step() {
        let mut status = healthy();
        status.dead_letters = 2;
        status.outbox_pending = 5_000;
        status.consumers[0].pending = 50_000;
        let findings = judge(Service::Analysis, &status);
        let wrong: Vec<&str> = findings.iter().map(|finding| finding.wrong.as_str()).collect();
        assert_eq!(wrong.len(), 3);
        assert!(
            wrong[0].starts_with("2 events")
                && wrong[1].starts_with("5000")
                && wrong[2].contains("TING_INTAKE")
        );
        assert!(findings.iter().all(|finding| !finding.todo.is_empty()));
    }

    #[test]
    fn a_swapped_address_is_noticed() {
        let findings = judge(Service::Recovery, &healthy());
        assert!(findings[0].wrong.contains("analysis") && findings[0].todo.contains("TING_RECOVERY_ADDRESS"));
    }
}
