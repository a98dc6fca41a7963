use ed25519_dalek::{
    SigningKey,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, KeypairBytes, spki::der::pem::LineEnding},
};

/// The operator's key: who has the private half makes tokens, who has the public half checks them.
#[derive(Clone)]
pub struct KeyPair {
    /// PKCS #8, `PRIVATE KEY`.
    pub private_pem: String,
    /// SPKI, `PUBLIC KEY`.
    pub public_pem: String,
}

/// Makes a new Ed25519 key from the randomness of the operating system.
#[expect(clippy::missing_panics_doc, reason = "32 bytes always encode")]
pub fn generate() -> KeyPair {
    let secret: [u8; 32] = rand::random();
    let public = SigningKey::from_bytes(&secret).verifying_key();
    // Without the public half it is PKCS #8 version 1, which older OpenSSL reads too.
    let private = KeypairBytes { secret_key: secret, public_key: None };
    KeyPair {
        private_pem: private.to_pkcs8_pem(LineEnding::LF).expect("32 bytes always encode").to_string(),
        public_pem: public.to_public_key_pem(LineEnding::LF).expect("32 bytes always encode"),
    }
}
