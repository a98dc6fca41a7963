use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use etcetera::{BaseStrategy as _, base_strategy::Xdg};
use serde::Deserialize;

use crate::error::CliError;

/// What a user does not want to say every time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    pub token: Option<String>,
    /// Relative to the profile.
    pub ca_file: Option<PathBuf>,
    pub addresses: Addresses,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Addresses {
    pub intake: Option<String>,
    pub analysis: Option<String>,
    pub satisfaction: Option<String>,
    pub recovery: Option<String>,
    pub nats: Option<String>,
}

impl Profile {
    /// Reads the profile that was asked for, which must be there, or the user's own, which may be.
    pub fn load(asked: Option<&Path>) -> Result<Self, CliError> {
        let own = if asked.is_some() { None } else { own_path() };
        let Some(path) = asked.or(own.as_deref()) else { return Ok(Self::default()) };
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound && asked.is_none() => Ok(Self::default()),
            Err(error) => {
                Err(CliError::usage(format!("cannot read the profile {}: {error}", path.display())))
            }
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self, CliError> {
        let parsed: Result<Self, _> = toml::from_str(text);
        let mut profile = parsed.map_err(|error| {
            // The error quotes the line at fault, which may hold the token: only the reason and the place are told.
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            CliError::usage(format!(
                "the profile {} is not valid: line {line}: {}",
                path.display(),
                error.message()
            ))
        })?;
        if let (Some(file), Some(folder)) = (&mut profile.ca_file, path.parent()) {
            *file = folder.join(&file);
        }
        Ok(profile)
    }
}

fn own_path() -> Option<PathBuf> {
    Some(Xdg::new().ok()?.config_dir().join("ting/profile.toml"))
}

/// Where imports keep their progress.
pub fn imports_folder() -> anyhow::Result<PathBuf> {
    let folders = Xdg::new().context("the home folder is not known")?;
    let state = folders.state_dir().context("the folder for state is not known")?;
    Ok(state.join("ting/imports"))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Profile;

    fn parse(text: &str) -> Result<Profile, String> {
        Profile::parse(text, Path::new("/home/li/profile.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_profile_names_token_and_addresses() {
        let text = "token = \"abc\"\nca_file = \"ca.pem\"\n[addresses]\nintake = \"10.0.0.1:7101\"\nnats = \"nats://n\"\n";
        let profile = parse(text).unwrap();
        assert_eq!(profile.token.as_deref(), Some("abc"));
        assert_eq!(profile.ca_file, Some(PathBuf::from("/home/li/ca.pem")));
        assert_eq!(profile.addresses.intake.as_deref(), Some("10.0.0.1:7101"));
        assert_eq!(profile.addresses.nats.as_deref(), Some("nats://n"));
        assert_eq!(profile.addresses.recovery, None);
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_the_token_is_not_told() {
        let message = parse("[addresses]\nintak = \"secret\"\n").unwrap_err();
        assert!(message.contains("line 2") && message.contains("intak"), "{message}");
        let message = parse("token = \"secret\n").unwrap_err();
        assert!(!message.contains("secret"), "{message}");
    }
}
