use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::model_error::{ModelError, ModelFault};

/// How the indicators of a latent variable belong to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Reflective: the indicators show it; weights are correlations.
    #[default]
    A,
    /// Formative: the indicators make it; weights are regression coefficients.
    B,
}

/// The sign that a theory expects of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sign {
    #[serde(rename = "+")]
    Positive,
    #[serde(rename = "-")]
    Negative,
}

/// The lowest and the highest answer that a question allows; both finite, the first below the second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    pub lowest: f64,
    pub highest: f64,
}

/// A variable nobody asks for directly, and the questions that show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Latent {
    pub name: String,
    /// Its name in Chinese, if the model has one.
    pub zh: Option<String>,
    pub mode: Mode,
    /// Columns of the survey.
    pub indicators: Vec<String>,
    /// Without a scale there is no index from 0 to 100.
    pub scale: Option<Scale>,
}

/// A causal path; places of latent variables in [`Model::latents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Causal {
    pub from: usize,
    pub to: usize,
    pub sign: Option<Sign>,
}

/// A causal model that has been checked: names are unique, paths lead somewhere and not in loops, nobody is alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    title: String,
    title_zh: Option<String>,
    latents: Vec<Latent>,
    paths: Vec<Causal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    title_zh: Option<String>,
    scale: Option<Spanned<[f64; 2]>>,
    #[serde(default)]
    latent: Vec<WrittenLatent>,
    #[serde(default)]
    path: Vec<WrittenPath>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLatent {
    name: Spanned<String>,
    zh: Option<String>,
    #[serde(default)]
    mode: Mode,
    indicators: Vec<Spanned<String>>,
    scale: Option<Spanned<[f64; 2]>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPath {
    from: Spanned<String>,
    to: Spanned<String>,
    sign: Option<Sign>,
}

impl Model {
    /// The texts of the models that come with ting, by name.
    pub const SHIPPED: [(&'static str, &'static str); 5] = [
        ("scsb", include_str!("../../data/index/scsb.toml")),
        ("acsi", include_str!("../../data/index/acsi.toml")),
        ("ecsi", include_str!("../../data/index/ecsi.toml")),
        ("ccsi", include_str!("../../data/index/ccsi.toml")),
        ("ecsi-mobi", include_str!("../../data/index/ecsi-mobi.toml")),
    ];

    /// The text of a model that comes with ting.
    pub fn shipped(name: &str) -> Option<&'static str> {
        Self::SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| *text)
    }

    /// Reads a model from TOML and checks it.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let fault = ModelFault::Syntax(error.message().to_owned());
            ModelError { line: line_of(text, error.span().map_or(0, |span| span.start)), fault }
        })?;
        let reader = Reader { text };
        let scale = written.scale.as_ref().map(|scale| reader.scale(scale)).transpose()?;
        let latents = reader.latents(&written.latent, scale)?;
        let paths = reader.paths(&written.path, &latents)?;
        for (at, latent) in written.latent.iter().enumerate() {
            if !paths.iter().any(|path| path.from == at || path.to == at) {
                return Err(reader.fault(&latent.name, ModelFault::Alone(latents[at].name.clone())));
            }
        }
        Ok(Self { title: written.title, title_zh: written.title_zh, latents, paths })
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn title_zh(&self) -> Option<&str> {
        self.title_zh.as_deref()
    }

    pub fn latents(&self) -> &[Latent] {
        &self.latents
    }

    pub fn paths(&self) -> &[Causal] {
        &self.paths
    }

    /// The columns that a survey must have, in the order of the latent variables.
    pub fn indicators(&self) -> impl Iterator<Item = &str> {
        self.latents.iter().flat_map(|latent| latent.indicators.iter().map(String::as_str))
    }

    /// How many paths lead at most from a beginning to each latent variable. Causes have less than what they cause.
    pub fn depths(&self) -> Vec<usize> {
        let mut depths = vec![0; self.latents.len()];
        // A way without loops is shorter than the number of latent variables.
        for _ in 0..self.latents.len() {
            for path in &self.paths {
                depths[path.to] = depths[path.to].max(depths[path.from] + 1);
            }
        }
        depths
    }
}

/// Knows where things stand in the text.
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn fault<T>(&self, place: &Spanned<T>, fault: ModelFault) -> ModelError {
        ModelError { line: line_of(self.text, place.span().start), fault }
    }

    fn scale(&self, written: &Spanned<[f64; 2]>) -> Result<Scale, ModelError> {
        let [lowest, highest] = *written.get_ref();
        if lowest.is_finite() && highest.is_finite() && lowest < highest && (highest - lowest).is_finite() {
            Ok(Scale { lowest, highest })
        } else {
            Err(self.fault(written, ModelFault::Scale))
        }
    }

    fn latents(&self, written: &[WrittenLatent], scale: Option<Scale>) -> Result<Vec<Latent>, ModelError> {
        if written.len() < 2 {
            return Err(ModelError { line: 1, fault: ModelFault::TooFewLatents });
        }
        let (mut names, mut columns) = (HashSet::new(), HashSet::new());
        let mut latents = Vec::with_capacity(written.len());
        for latent in written {
            let name = latent.name.get_ref().trim();
            if name.is_empty() {
                return Err(self.fault(&latent.name, ModelFault::NoName));
            }
            if !names.insert(name) {
                return Err(self.fault(&latent.name, ModelFault::LatentTwice(name.to_owned())));
            }
            if latent.indicators.is_empty() {
                return Err(self.fault(&latent.name, ModelFault::NoIndicators(name.to_owned())));
            }
            for indicator in &latent.indicators {
                if !columns.insert(indicator.get_ref().as_str()) {
                    let twice = ModelFault::IndicatorTwice(indicator.get_ref().clone());
                    return Err(self.fault(indicator, twice));
                }
            }
            let own = latent.scale.as_ref().map(|scale| self.scale(scale)).transpose()?;
            latents.push(Latent {
                name: name.to_owned(),
                zh: latent.zh.clone(),
                mode: latent.mode,
                indicators: latent.indicators.iter().map(|indicator| indicator.get_ref().clone()).collect(),
                scale: own.or(scale),
            });
        }
        Ok(latents)
    }

    fn paths(&self, written: &[WrittenPath], latents: &[Latent]) -> Result<Vec<Causal>, ModelError> {
        let place = |name: &Spanned<String>| {
            let found = latents.iter().position(|latent| latent.name == name.get_ref().trim());
            found.ok_or_else(|| self.fault(name, ModelFault::UnknownLatent(name.get_ref().clone())))
        };
        let mut paths: Vec<Causal> = Vec::with_capacity(written.len());
        for path in written {
            let causal = Causal { from: place(&path.from)?, to: place(&path.to)?, sign: path.sign };
            let named = || (latents[causal.from].name.clone(), latents[causal.to].name.clone());
            if paths.iter().any(|earlier| (earlier.from, earlier.to) == (causal.from, causal.to)) {
                let (from, to) = named();
                return Err(self.fault(&path.from, ModelFault::PathTwice(from, to)));
            }
            if leads(&paths, causal.to, causal.from, latents.len()) {
                let (from, to) = named();
                return Err(self.fault(&path.from, ModelFault::Loop(from, to)));
            }
            paths.push(causal);
        }
        Ok(paths)
    }
}

/// Whether one can come from a latent variable to another, itself included.
fn leads(paths: &[Causal], from: usize, to: usize, latents: usize) -> bool {
    let mut reached = vec![false; latents];
    reached[from] = true;
    for _ in 0..latents {
        for path in paths {
            reached[path.to] |= reached[path.from];
        }
    }
    reached[to]
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
