//! Versions as servers print them.

use std::fmt;

/// A version of a server; Postgres has no third number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: Option<u32>,
}

impl Version {
    pub(crate) const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor, patch: None }
    }

    /// Finds the first version in what a program prints about itself.
    pub(crate) fn find_in(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| Self::parse(word.strip_prefix('v').unwrap_or(word)))
    }

    // "18beta1" is 18 and "2.12.0-RC.1" is 2.12.0: what follows the digits of a part is dropped.
    fn parse(word: &str) -> Option<Self> {
        let mut numbers = word.split('.').map(|part| {
            let digits = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse::<u32>().ok()
        });
        let major = numbers.next()??;
        Some(Self { major, minor: numbers.next().flatten().unwrap_or(0), patch: numbers.next().flatten() })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(formatter, ".{patch}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_among_other_words() {
        let found = |text| Version::find_in(text).unwrap().to_string();
        assert_eq!(found("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), "15.18");
        assert_eq!(found("nats-server: v2.15.1"), "2.15.1");
        assert_eq!(found("nats-server: v2.12.0-RC.1"), "2.12.0");
        assert_eq!(found("postgres (PostgreSQL) 18beta1"), "18.0");
        assert_eq!(Version::find_in("no version here"), None);
    }

    #[test]
    fn versions_compare_by_number_not_by_letter() {
        assert!(Version::find_in("2.9.10").unwrap() < Version::new(2, 12));
        assert!(Version::find_in("2.12.0").unwrap() >= Version::new(2, 12));
    }
}
