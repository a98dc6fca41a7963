use chrono::{DateTime, TimeDelta, Utc};
use pbjson_types::Timestamp;
use ting_chassis::probe::{Failure, Trouble};
use ting_proto::ops::v1::{Dependency, ExamineRequest, ExamineResponse, GetStatusRequest, GetStatusResponse};
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use super::{
    check::{Check, State},
    place,
};
use crate::{
    connect::{Service, Session},
    error::CliError,
};

const CALLS: &str = "calls";
/// More events than a healthy service leaves unpublished at any moment.
const MANY_UNPUBLISHED: i64 = 1_000;
/// More events than a healthy consumer is behind, but for a large import.
const MANY_BEHIND: i64 = 10_000;
/// As far apart as clocks may be for tokens to be good everywhere.
const SKEW: TimeDelta = TimeDelta::seconds(30);
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Looks at a service, and through its eyes at what it depends on.
pub(super) async fn examine(session: &Session, service: Service) -> Vec<Check> {
    let now = session.clock.now();
    let certificate = place::certificate(session.address(service), now).await;
    let mut checks = ask_it(session, service, now).await;
    // One that has lapsed is the reason why nobody is heard, and was told.
    checks.extend(certificate.filter(|certificate| certificate.state != State::Wrong));
    checks
}

async fn ask_it(session: &Session, service: Service, now: DateTime<Utc>) -> Vec<Check> {
    let serving = match health(session, service).await {
        Err(error) => return vec![unanswered(service, &error)],
        Ok(status) => status == ServingStatus::Serving,
    };
    let examined = match ask(session, service).await {
        Err(error) => return vec![refused(service, &error)],
        Ok(examined) => examined,
    };
    let mut checks = vec![answers(service, &examined, now)];
    checks.extend(examined.dependencies.iter().map(|dependency| judge(service, dependency)));
    let well = checks.iter().all(|check| check.state != State::Wrong);
    if well && !serving {
        let wrong = "it says that it cannot serve, and finds nothing wrong: it is starting or stopping";
        checks[0] = Check::wrong(CALLS, wrong, "ask again in a moment; then see its log");
    }
    if checks.iter().any(|check| check.dependency == "postgres" && check.state == State::Wrong) {
        // What waits is written in the store.
        return checks;
    }
    match status(session, service).await {
        Ok(status) => checks.extend(backlog(service, &status)),
        Err(error) => checks.push(refused(service, &error)),
    }
    checks
}

async fn health(session: &Session, service: Service) -> Result<ServingStatus, CliError> {
    let mut client = HealthClient::new(session.channel(service).await?);
    Ok(client.check(HealthCheckRequest::default()).await?.into_inner().status())
}

async fn ask(session: &Session, service: Service) -> Result<ExamineResponse, CliError> {
    Ok(session.ops(service).await?.examine(ExamineRequest {}).await?.into_inner())
}

async fn status(session: &Session, service: Service) -> Result<GetStatusResponse, CliError> {
    Ok(session.ops(service).await?.get_status(GetStatusRequest {}).await?.into_inner())
}

/// Nobody is there, or nobody who speaks gRPC in a way that we trust.
fn unanswered(service: Service, error: &CliError) -> Check {
    let failure = Failure::new(Trouble::Unreachable, error.to_string());
    if failure.trouble == Trouble::Certificate {
        let todo = "renew the certificate where TLS ends (the proxy in front of the service), or give the authority that signed it \
                    with --ca-file";
        return Check::wrong(CALLS, format!("the certificate of this address: {}", failure.cause), todo);
    }
    let name = service.name();
    let todo = format!(
        "start it, and see its log (docker compose logs {name}): a service that may not log in anywhere, or lacks a setting, says so and \
         ends; ting ops doctor --env .env tries the logins. If it runs elsewhere, say where: {}",
        service.address_variable()
    );
    Check::wrong(CALLS, failure.cause, todo)
}

fn refused(service: Service, error: &CliError) -> Check {
    let told = error.to_string();
    let CliError::Refused(status) = error else { return unanswered(service, error) };
    let todo = match status.code() {
        Code::Unauthenticated if told.contains("TOKEN_INVALID") => {
            "the token was signed with a key that this service does not have, or was not copied whole: make one with the private.pem that \
             belongs to the public.pem in TING_KEYS (ting token create)"
                .to_owned()
        }
        Code::Unauthenticated if told.contains("TOKEN_REVOKED") => {
            "the token was revoked (ting token revoke): make another one with ting token create".to_owned()
        }
        Code::Unimplemented => format!("it is older than this ting {VERSION}: run the same version"),
        _ => error.hint().unwrap_or_else(|| format!("see the log of {}", service.name())),
    };
    Check::wrong(CALLS, told, todo)
}

/// Who answers, with which version and which clock.
fn answers(service: Service, examined: &ExamineResponse, now: DateTime<Utc>) -> Check {
    let name = service.name();
    if examined.service != name {
        let wrong = format!("{} answers at this address", examined.service);
        return Check::wrong(
            CALLS,
            wrong,
            format!("set {} to the address of {name}", service.address_variable()),
        );
    }
    if examined.version != VERSION {
        let wrong = format!("it is version {}, and this command is {VERSION}", examined.version);
        return Check::wrong(CALLS, wrong, "run one version everywhere: TING_VERSION in .env");
    }
    let skew = examined.now.and_then(instant).map_or_else(TimeDelta::zero, |theirs| theirs - now);
    if skew.abs() > SKEW {
        let wrong = format!("its clock is {} s away from the one here", skew.num_seconds());
        return Check::wrong(
            CALLS,
            wrong,
            "have both clocks set by NTP: tokens are good or not by the clock of the service",
        );
    }
    Check::well(CALLS)
}

fn judge(service: Service, dependency: &Dependency) -> Check {
    let found = match dependency.trouble() {
        Trouble::Unspecified => Ok(()),
        trouble => Err(Failure { trouble, cause: dependency.cause.clone() }),
    };
    Check {
        since: dependency.since.and_then(instant),
        ..Check::probed(&dependency.name, service.name(), found)
    }
}

fn instant(timestamp: Timestamp) -> Option<DateTime<Utc>> {
    timestamp.try_into().ok()
}

/// What waits or is parked, where it is more than usual.
fn backlog(service: Service, status: &GetStatusResponse) -> Vec<Check> {
    let name = service.name();
    let mut checks = Vec::new();
    if status.dead_letters > 0 {
        let wrong = format!("{} events could not be applied and are parked", status.dead_letters);
        let todo = format!("ting ops dead-letters list --service {name}; when the cause is gone: replay");
        checks.push(Check::wrong("parked", wrong, todo));
    }
    if status.outbox_pending > MANY_UNPUBLISHED {
        let wrong = format!("{} events are stored and not published yet", status.outbox_pending);
        let todo = "see whether NATS has room and is fast enough; nothing is lost meanwhile";
        checks.push(Check::wrong("outbox", wrong, todo));
    }
    for consumer in status.consumers.iter().filter(|consumer| consumer.pending > MANY_BEHIND) {
        let wrong = format!("{} events of {} are still to be taken", consumer.pending, consumer.stream);
        let todo = format!("after a large import just wait; otherwise run more replicas of {name}");
        checks.push(Check::wrong("backlog", wrong, todo));
    }
    checks
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
