//! Tries everything that the service depends on.

use std::fs;

use async_nats::jetstream;
use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use sqlx::migrate::Migrator;
use ting_events::Stream;
use ting_proto::ops::v1::{Dependency, Schema, Trouble};

use crate::{
    NatsConfig,
    auth::Verifier,
    bus,
    consumer::Runner,
    probe::{Conditions, Failure, Login, of_stream},
    store::{RELAY, Store, schema},
};

/// From this share of its limit on a stream is told to be nearly full.
const NEARLY_FULL_PERCENT: u128 = 90;

/// Knows what the service depends on.
pub(crate) struct Examiner {
    pub service: &'static str,
    pub stream: Stream,
    pub store: Store,
    pub migrator: &'static Migrator,
    pub jetstream: jetstream::Context,
    pub nats: NatsConfig,
    pub public_key_file: String,
    pub conditions: Conditions,
}

impl Examiner {
    /// Tries each dependency; those that are asked through another are left out when that one fails.
    pub async fn examine(&self, runners: &[Runner]) -> Vec<Dependency> {
        let (mut dependencies, nats) = tokio::join!(self.examine_store(), self.examine_bus(runners));
        dependencies.extend(nats);
        dependencies.push(self.judge("public key", self.key()));
        dependencies
    }

    async fn examine_store(&self) -> Vec<Dependency> {
        let mut login = match Login::as_in(&self.store.options()).await {
            Ok(login) => login,
            Err(failure) => return vec![self.judge("postgres", Err(failure))],
        };
        let disk = login.disk().await;
        let schema = schema::behind(&mut login, self.migrator).await;
        login.end().await;
        vec![self.judge("postgres", Ok(())), self.judge("disk", disk), self.judge("schema", schema)]
    }

    async fn examine_bus(&self, runners: &[Runner]) -> Vec<Dependency> {
        if let Err(failure) = bus::login(&self.nats, self.service).await {
            return vec![self.judge("nats", Err(failure))];
        }
        let mut dependencies = vec![self.judge("nats", Ok(()))];
        dependencies.push(self.own_stream().await);
        for runner in runners {
            let stream = runner.subscription.stream;
            let asked = self.jetstream.get_stream(stream.name()).await;
            let there = asked.map(drop).map_err(|error| of_stream(error.to_string()));
            dependencies.push(self.judge(stream.name(), there));
        }
        dependencies
    }

    /// What the relay met when it published last, or else whether the stream is there and has room.
    async fn own_stream(&self) -> Dependency {
        let name = self.stream.name();
        match self.conditions.failure(RELAY) {
            Some(failure) => {
                let since = self.conditions.ill(RELAY, None);
                told(name, failure, since)
            }
            None => self.judge(name, self.room(name).await),
        }
    }

    async fn room(&self, name: &str) -> Result<(), Failure> {
        let stream = self.jetstream.get_stream(name).await.map_err(|error| of_stream(error.to_string()))?;
        let info = stream.cached_info();
        let (held, limit) =
            (u128::from(info.state.bytes), u128::try_from(info.config.max_bytes).unwrap_or(0));
        if limit > 0 && held * 100 >= limit * NEARLY_FULL_PERCENT {
            let cause = format!("it holds {held} of at most {limit} bytes");
            return Err(Failure::new(Trouble::NearlyFull, cause));
        }
        Ok(())
    }

    fn key(&self) -> Result<(), Failure> {
        let file = &self.public_key_file;
        let pem = fs::read_to_string(file)
            .map_err(|error| Failure::new(Trouble::Missing, format!("cannot read {file}: {error}")))?;
        match Verifier::from_pem(&pem) {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::new(Trouble::Other, format!("{file}: {error}"))),
        }
    }

    fn judge(&self, name: &'static str, tried: Result<(), Failure>) -> Dependency {
        let Err(failure) = tried else {
            self.conditions.well(name);
            return Dependency { name: name.to_owned(), ..Dependency::default() };
        };
        let since = self.conditions.ill(name, Some(failure.clone()));
        told(name, failure, since)
    }
}

fn told(name: &str, failure: Failure, since: DateTime<Utc>) -> Dependency {
    Dependency {
        name: name.to_owned(),
        trouble: failure.trouble.into(),
        cause: failure.cause,
        since: Some(Timestamp::from(since)),
    }
}

/// How far the tables are, for the status.
pub(super) async fn schemas(store: &Store, migrator: &'static Migrator) -> sqlx::Result<(Schema, Schema)> {
    let mut connection = store.pool().acquire().await?;
    let service = schema::applied(&mut connection, schema::SERVICE).await?;
    let common = schema::applied(&mut connection, schema::CHASSIS).await?;
    let told = |applied, newest| Schema { applied, newest };
    Ok((told(service, schema::newest(migrator)), told(common, schema::newest(&schema::COMMON))))
}
