//! Secrets and signatures of webhooks, as the Standard Webhooks specification has them.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const PREFIX: &str = "whsec_";
/// Bytes of a secret that we make.
pub const MADE_BYTES: usize = 32;

/// A key that signs what goes to one endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Text that is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not whsec_ and 24 to 64 bytes in base64")]
pub struct InvalidSecret;

impl Secret {
    /// A secret of random bytes.
    pub fn of(bytes: [u8; MADE_BYTES]) -> Self {
        Self(bytes.to_vec())
    }

    /// Reads `whsec_` and 24 to 64 bytes in base64.
    pub fn parse(raw: &str) -> Result<Self, InvalidSecret> {
        let encoded = raw.strip_prefix(PREFIX).ok_or(InvalidSecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| InvalidSecret)?;
        if (24..=64).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(InvalidSecret) }
    }

    /// The secret as the receiver stores it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The `webhook-signature` of one attempt; `timestamp` is in Unix seconds.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

// A secret must not reach a log.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::{InvalidSecret, Secret};

    #[test]
    fn a_signature_is_the_one_of_the_specifications_example() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn an_independent_implementation_verifies_what_we_sign() {
        let secret = Secret::of([7; 32]);
        let signature = secret.sign("id", 1_700_000_000, "{}");
        let other = standardwebhooks::Webhook::new(&secret.reveal()).unwrap();
        assert_eq!(other.sign("id", 1_700_000_000, b"{}").unwrap(), signature);
    }

    #[test]
    fn secrets_of_24_to_64_bytes_are_taken_and_others_refused() {
        for (bytes, good) in [(8, false), (23, false), (24, true), (32, true), (64, true), (65, false)] {
            let raw = format!("whsec_{}", STANDARD.encode(vec![1; bytes]));
            assert_eq!(Secret::parse(&raw).is_ok(), good, "{bytes}");
        }
        let encoded = STANDARD.encode([1; 32]);
        for raw in
            ["", "whsec_", "whsec_!!!!", &encoded, &format!("whpk_{encoded}"), &format!(" whsec_{encoded}")]
        {
            assert_eq!(Secret::parse(raw), Err(InvalidSecret), "{raw:?}");
        }
    }

    #[test]
    fn a_secret_reads_back_and_hides_in_logs() {
        let secret = Secret::of([9; 32]);
        assert_eq!(Secret::parse(&secret.reveal()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}
