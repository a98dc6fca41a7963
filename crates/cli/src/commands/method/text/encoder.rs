use std::{collections::HashMap, path::PathBuf};

use clap::Args;
use ting_methods::text::Comment;

use super::endpoint::Endpoint;
use crate::{error::CliError, sheet::Sheet};

/// Where vectors of texts come from. Without it, everything is learnt from the comments alone.
pub trait Encoder {
    /// The model that makes them.
    fn name(&self) -> &str;

    /// A vector for each card.
    fn encode(&mut self, cards: &[Comment<'_>]) -> Result<Vec<Vec<f32>>, CliError>;
}

/// Vectors from outside.
#[derive(Debug, Clone, Args)]
pub struct EncoderOptions {
    /// Name of the language model that makes vectors of the texts; needs --vectors or --embeddings
    #[arg(long, value_name = "NAME")]
    encoder: Option<String>,
    /// CSV with a column id and the numbers of the vector in the others
    #[arg(long, value_name = "FILE", requires = "encoder", conflicts_with = "embeddings")]
    vectors: Option<PathBuf>,
    /// OpenAI-compatible address that texts are sent to, such as http://127.0.0.1:8080/v1/embeddings; a key is read from TING_EMBEDDINGS_KEY
    #[arg(long, value_name = "URL", requires = "encoder")]
    embeddings: Option<String>,
    /// Key of that address, for the environment only
    #[arg(long, env = "TING_EMBEDDINGS_KEY", hide = true, hide_env_values = true)]
    embeddings_key: Option<String>,
}

impl EncoderOptions {
    /// The encoder that was asked for, if any.
    pub fn open(&self) -> Result<Option<Box<dyn Encoder>>, CliError> {
        let Some(name) = self.encoder.clone() else { return Ok(None) };
        match (&self.vectors, &self.embeddings) {
            (Some(file), _) => Ok(Some(Box::new(VectorFile::read(name, file)?))),
            (None, Some(url)) => Ok(Some(Box::new(Endpoint::new(name, url, self.embeddings_key.clone())?))),
            (None, None) => Err(CliError::usage("--encoder needs --vectors FILE or --embeddings URL")),
        }
    }
}

/// Vectors that somebody made beforehand.
struct VectorFile {
    name: String,
    file: String,
    vectors: HashMap<String, Vec<f32>>,
}

impl VectorFile {
    fn read(name: String, path: &std::path::Path) -> Result<Self, CliError> {
        let mut sheet = Sheet::open(path)?;
        let id = sheet.column("id")?;
        let names: Vec<String> = sheet.headers().to_vec();
        let numbers = names.iter().map(|name| sheet.column(name)).collect::<Result<Vec<_>, _>>()?;
        let numbers: Vec<_> = numbers.into_iter().filter(|column| *column != id).collect();
        let mut vectors = HashMap::new();
        while let Some(row) = sheet.next_row()? {
            let vector = numbers
                .iter()
                .map(|column| row.number(*column).map(single))
                .collect::<Result<Vec<f32>, _>>()?;
            if vectors.insert(row.required(id)?.to_owned(), vector).is_some() {
                return Err(row.wrong(id, "it is there twice"));
            }
        }
        Ok(Self { name, file: path.display().to_string(), vectors })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are in single precision")]
fn single(number: f64) -> f32 {
    number as f32
}

impl Encoder for VectorFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn encode(&mut self, cards: &[Comment<'_>]) -> Result<Vec<Vec<f32>>, CliError> {
        let vector = |card: &Comment<'_>| {
            let whole = card.id.rsplit_once('#').and_then(|(comment, _)| self.vectors.get(comment));
            self.vectors.get(&card.id).or(whole).cloned().ok_or_else(|| {
                CliError::failed(
                    format!("{} has no vector for {}", self.file, card.id),
                    "every comment, or every card of it, needs a row",
                )
            })
        };
        cards.iter().map(vector).collect()
    }
}
