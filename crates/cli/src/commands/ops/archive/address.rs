use std::str::FromStr as _;

use percent_encoding::percent_decode_str;
use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use ting_chassis::fault::chain;
use url::Url;

use crate::{connect::Service, error::CliError};

/// Settings of a connection that libpq reads from the environment by another name.
const PASSED_ON: [(&str, &str); 4] = [
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
];

/// Where the store of a service is, and as whom to come to it.
#[derive(Clone)]
pub struct Address {
    pub service: Service,
    /// The environment variable that told it.
    variable: String,
    url: Url,
    options: PgConnectOptions,
}

fn variable(service: Service, kind: &str) -> String {
    format!("TING_{}_{kind}_URL", service.name().to_uppercase())
}

impl Address {
    /// The address in `TING_<SERVICE>_<KIND>_URL`. It stands in the environment alone, because everybody can read a command line.
    #[expect(clippy::disallowed_methods, reason = "an option of the command would be read by others, too")]
    pub fn of(service: Service, kind: &str) -> Result<Self, CliError> {
        Self::parse(service, kind, std::env::var(variable(service, kind)).ok().as_deref())
    }

    /// Takes an address such as `postgres://backup:password@db:5432/intake` apart; whether a server is there is found out later.
    fn parse(service: Service, kind: &str, url: Option<&str>) -> Result<Self, CliError> {
        let variable = variable(service, kind);
        let wrong = |what: &str| CliError::Usage {
            message: format!("{variable} {what}"),
            hint: Some(format!(
                "set {variable} to the address of the store of {0}: postgres://ROLE:PASSWORD@HOST:5432/{0}",
                service.name()
            )),
        };
        let raw = url.map(str::trim).filter(|raw| !raw.is_empty()).ok_or_else(|| wrong("is not set"))?;
        // The reasons of both parsers may quote the address, which holds the password.
        let url = Url::parse(raw).map_err(|_| wrong("is not an address of Postgres"))?;
        if !["postgres", "postgresql"].contains(&url.scheme()) {
            return Err(wrong("is not an address of Postgres"));
        }
        let options = PgConnectOptions::from_str(raw).map_err(|_| wrong("is not an address of Postgres"))?;
        if options.get_database().is_none_or(str::is_empty) {
            return Err(wrong("names no database"));
        }
        Ok(Self { service, variable, url, options })
    }

    /// The database that holds the store.
    pub fn database(&self) -> &str {
        self.options.get_database().unwrap_or_default()
    }

    /// The role that comes to it.
    pub fn role(&self) -> &str {
        self.options.get_username()
    }

    /// The place without any secret.
    pub fn shown(&self) -> String {
        format!("{}/{}", self.host(), self.database())
    }

    fn host(&self) -> String {
        match self.options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", self.options.get_host(), self.options.get_port()),
        }
    }

    pub async fn connect(&self) -> Result<PgConnection, CliError> {
        self.connect_to(self.database()).await
    }

    /// Connects to another database of the same server, as the same role.
    pub async fn connect_to(&self, database: &str) -> Result<PgConnection, CliError> {
        let options = self.options.clone().database(database).application_name("ting ops");
        options.connect().await.map_err(|error| self.failed("cannot be reached", &error))
    }

    /// Says what went wrong with this store.
    pub fn failed(&self, what: &str, error: &sqlx::Error) -> CliError {
        CliError::failed(
            format!("the store of {} at {} {what}: {}", self.service.name(), self.shown(), chain(error)),
            format!("{} says where it is and which role comes to it", self.variable),
        )
    }

    /// What the programs of Postgres need to connect. In the environment, because everybody can read a command line.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let host = match self.options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => self.options.get_host().to_owned(),
        };
        let mut variables = vec![
            ("PGHOST", host),
            ("PGPORT", self.options.get_port().to_string()),
            ("PGUSER", self.role().to_owned()),
            ("PGDATABASE", self.database().to_owned()),
            ("PGAPPNAME", "ting ops".to_owned()),
            ("PGCONNECT_TIMEOUT", "10".to_owned()),
        ];
        if let Some(password) = self.password() {
            variables.push(("PGPASSWORD", password));
        }
        for (key, value) in self.url.query_pairs() {
            let known = PASSED_ON.into_iter().find(|(name, _)| *name == key.replace('-', "").as_str());
            variables.extend(known.map(|(_, variable)| (variable, value.into_owned())));
        }
        variables
    }

    fn password(&self) -> Option<String> {
        let given = self.url.password().map(|raw| percent_decode_str(raw).decode_utf8_lossy().into_owned());
        given.or_else(|| {
            let mut pairs = self.url.query_pairs();
            pairs.find(|(key, _)| key == "password").map(|(_, value)| value.into_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use crate::connect::Service;

    fn environment(url: &str) -> Vec<(&'static str, String)> {
        Address::parse(Service::Intake, "BACKUP", Some(url)).unwrap().environment()
    }

    fn value(url: &str, name: &str) -> Option<String> {
        environment(url).into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    #[test]
    fn an_address_becomes_the_environment_that_postgres_programs_read() {
        let url =
            "postgres://backup:p%40ss@db.example.com:5433/intake?sslmode=verify-full&sslrootcert=/ca.pem";
        for (name, expected) in [
            ("PGHOST", "db.example.com"),
            ("PGPORT", "5433"),
            ("PGUSER", "backup"),
            ("PGPASSWORD", "p@ss"),
            ("PGDATABASE", "intake"),
            ("PGSSLMODE", "verify-full"),
            ("PGSSLROOTCERT", "/ca.pem"),
        ] {
            assert_eq!(value(url, name).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn a_socket_may_stand_in_the_host_or_in_the_query() {
        for url in
            ["postgres://ting@%2Frun%2Fpg:5432/intake", "postgres://ting@localhost/intake?host=/run/pg"]
        {
            assert_eq!(value(url, "PGHOST").as_deref(), Some("/run/pg"), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_the_variable_and_without_the_password() {
        for (url, wrong) in [
            (None, "is not set"),
            (Some(" "), "is not set"),
            (Some("secret"), "is not an address of Postgres"),
            (Some("mysql://me:secret@db/intake"), "is not an address of Postgres"),
            (Some("postgres://me:secret@db"), "names no database"),
        ] {
            let Err(error) = Address::parse(Service::Analysis, "OWNER", url) else { panic!("{url:?}") };
            let told = format!("{error} {:?}", error.hint());
            assert!(told.contains("TING_ANALYSIS_OWNER_URL") && told.contains(wrong), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
