//! Tries the logins of an installation from here, for services that are not there to be asked.

use std::{collections::BTreeMap, fs, path::Path};

use ting_chassis::{
    auth::Verifier,
    probe::{Failure, Trouble, nats, postgres},
};

use super::{Examined, check::Check};
use crate::{connect::Service, error::CliError};

/// Settings as in the .env of docker-compose.yml.
pub(super) struct Environment(BTreeMap<String, String>);

impl Environment {
    pub fn read(file: &Path) -> Result<Self, CliError> {
        let text = fs::read_to_string(file)
            .map_err(|error| CliError::usage(format!("cannot read --env {}: {error}", file.display())))?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.split_once('='));
        Self(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
    }

    /// Tries every role of Postgres, every user of NATS, and the key.
    pub async fn examine(&self, folder: &Path) -> Vec<Examined> {
        let mut examined = Vec::new();
        for service in Service::ALL {
            examined.push(self.stores(service.name()).await);
        }
        examined.push(self.users().await);
        examined.push(self.keys(folder));
        examined
    }

    /// The service's role and the owner of its tables, with the same addresses as docker-compose.yml makes.
    async fn stores(&self, service: &str) -> Examined {
        let upper = service.to_uppercase();
        let place = self.get(&format!("{upper}_POSTGRES"));
        let mut checks = Vec::new();
        for (role, variable) in [
            (service.to_owned(), format!("{upper}_DATABASE_PASSWORD")),
            (format!("{service}_owner"), format!("{upper}_OWNER_PASSWORD")),
        ] {
            let url = format!("postgres://{role}:{}@{place}/{service}", self.get(&variable));
            let found = match postgres(&url).await {
                Ok(login) => {
                    login.end().await;
                    Ok(())
                }
                Err(failure) => Err(failure),
            };
            let dependency = format!("postgres as {role}");
            let mut check = Check::probed(&dependency, service, found);
            if check.wrong.as_deref().is_some_and(|wrong| wrong.contains("refused the user")) {
                check.todo = Some(format!(
                    "make both the same: {variable} in .env, or ALTER ROLE {role} PASSWORD '...' in Postgres; then start {service} again"
                ));
            }
            checks.push(check);
        }
        Examined { service: service.to_owned(), address: told(place), checks }
    }

    async fn users(&self) -> Examined {
        let place = self.get("NATS_SERVER");
        let mut checks = Vec::new();
        for user in ["intake", "analysis", "satisfaction", "recovery", "gateway", "dashboard"] {
            let password = self.get(&format!("{}_NATS_PASSWORD", user.to_uppercase()));
            let found = nats(&format!("nats://{user}:{password}@{place}")).await;
            checks.push(Check::probed(&format!("nats as {user}"), user, found));
        }
        Examined { service: "nats".to_owned(), address: told(place), checks }
    }

    fn keys(&self, folder: &Path) -> Examined {
        let file = folder.join(self.get("TING_KEYS")).join("public.pem");
        let found = fs::read_to_string(&file)
            .map_err(|error| Failure::new(Trouble::Missing, error.to_string()))
            .and_then(|pem| match Verifier::from_pem(&pem) {
                Ok(_) => Ok(()),
                Err(error) => Err(Failure::new(Trouble::Other, error.to_string())),
            });
        let checks = vec![Check::probed("public key", "ting", found)];
        Examined { service: "keys".to_owned(), address: file.display().to_string(), checks }
    }

    /// A variable that is missing is as an empty one: the login that fails says so.
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// The place without a user that somebody may have put in front.
fn told(place: &str) -> String {
    place.rsplit('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn an_env_file_is_read_as_compose_reads_it() {
        let environment = Environment::parse("# a comment\n\nA=1\nB = two=three \nC=\n");
        assert_eq!(
            (environment.get("A"), environment.get("B"), environment.get("C")),
            ("1", "two=three", "")
        );
        assert_eq!(environment.get("D"), "");
    }
}
