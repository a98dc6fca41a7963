use super::{DelightError, Needs, Rule, Settings, State, Verdict};
use crate::score::Band;

impl Settings {
    /// Refuses settings that mean nothing.
    pub fn check(&self) -> Result<(), DelightError> {
        if !(1.0..=5.0).contains(&self.esteem) {
            return Err(DelightError::Threshold);
        }
        if self.tolerance_permille >= 1000 {
            return Err(DelightError::Tolerance);
        }
        if self.annoyances == 0 || self.days == 0 { Err(DelightError::Repeats) } else { Ok(()) }
    }
}

impl Needs {
    pub(super) fn check(&self) -> Result<(), DelightError> {
        match (self.esteem, self.ratio) {
            (Some(esteem), _) if !(1.0..=5.0).contains(&esteem) => Err(DelightError::Esteem(esteem)),
            (_, Some(ratio)) if !(ratio.is_finite() && ratio >= 0.0) => Err(DelightError::Ratio(ratio)),
            _ => Ok(()),
        }
    }
}

/// Judges one occasion by itself; whether an annoyance is a repeated one is for whoever knows the earlier ones to say. `None` when
/// too little is known.
pub fn judge(needs: &Needs, repeated: bool, settings: &Settings) -> Result<Option<Verdict>, DelightError> {
    settings.check()?;
    needs.check()?;
    Ok(verdict(needs, repeated, settings))
}

pub(super) fn verdict(needs: &Needs, repeated: bool, settings: &Settings) -> Option<Verdict> {
    let band = needs.ratio.map(|ratio| Band::of_ratio(ratio, settings.tolerance_permille));
    let esteemed = needs.esteem.is_some_and(|esteem| esteem >= settings.esteem);
    let (state, rule) = if needs.safety_violated {
        (State::Outraged, Rule::SafetyViolated)
    } else if needs.justice_violated {
        (State::Outraged, Rule::JusticeViolated)
    } else if esteemed && band.is_some_and(|band| band >= Band::Satisfied) {
        (State::Delighted, Rule::EsteemMet)
    } else if needs.promise_broken && repeated {
        (State::Outraged, Rule::RepeatedAnnoyance)
    } else if needs.promise_broken {
        (State::Annoyed, Rule::PromiseBroken)
    } else {
        (band?.into(), Rule::Ratio)
    };
    Some(Verdict { state, rule })
}
