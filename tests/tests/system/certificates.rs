//! An authority of a test's own, and certificates that are good or have lapsed.

use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

const DAY: Duration = Duration::from_hours(24);

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// What trusts everything that it signed.
    pub pem: String,
}

/// A certificate for this machine, and its key.
pub struct Signed {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Good for a day.
    pub fn good(&self) -> Signed {
        self.sign(now() - DAY, now() + DAY)
    }

    /// Lapsed yesterday.
    pub fn lapsed(&self) -> Signed {
        self.sign(now() - 30 * DAY, now() - DAY)
    }

    fn sign(&self, from: SystemTime, until: SystemTime) -> Signed {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (from.into(), until.into());
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Signed { certificate, key: key.serialize_pem() }
    }
}

/// As a doctor tells the day on which `lapsed` ended.
pub fn yesterday() -> String {
    date(now() - DAY)
}

/// The same of `good`.
pub fn tomorrow() -> String {
    date(now() + DAY)
}

fn date(time: SystemTime) -> String {
    chrono::DateTime::<chrono::Utc>::from(time).format("%Y-%m-%d").to_string()
}

fn now() -> SystemTime {
    SystemTime::now()
}
