//! A fit to be stored: its model, and its outcome for a later fit to continue.

use serde::{Deserialize, Serialize};

use super::model::{Model, ModelError, VERSION};
use super::previous::Previous;

const MAGIC: [u8; 4] = *b"tfit";

/// Everything that placing new comments and a later fit need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub model: Model,
    pub outcome: Previous,
}

impl Record {
    /// Whether bytes claim to be a stored fit, of whatever version.
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// Stores it. Its version is that of the model: one moves with the other.
    ///
    /// # Panics
    /// Never: a fit holds nothing that cannot be stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let model = self.model.to_bytes();
        let head = [&MAGIC[..], &VERSION.to_le_bytes()].concat();
        postcard::to_extend(&(model, &self.outcome), head).expect("a fit holds nothing that cannot be stored")
    }

    /// Reads a stored fit; bytes from anywhere are safe to try.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let body = bytes.strip_prefix(&MAGIC).ok_or(ModelError::Malformed)?;
        let (version, body) = body.split_first_chunk().ok_or(ModelError::Malformed)?;
        match u16::from_le_bytes(*version) {
            VERSION => {}
            found => return Err(ModelError::Version { found }),
        }
        let (model, outcome): (Vec<u8>, Previous) =
            postcard::from_bytes(body).map_err(|_| ModelError::Malformed)?;
        Ok(Self { model: Model::from_bytes(&model)?, outcome })
    }
}
