use super::{
    Load, Performance, Target, erlang::erlang_b, integral::Decay, staffing::count, staffing::positions,
};

/// Erlang A: waiting customers leave after a time of mean `patience`. It is stable under any load.
pub(super) fn leaves(load: &Load, target: &Target, agents: u64, patience: f64) -> Performance {
    let found = probabilities(load, target.within, agents, patience);
    let (rate, erlangs) = (load.rate(), load.erlangs());
    let served = 1.0 - found.abandon;
    let mean_wait = found.abandon * patience;
    let occupancy = (erlangs * served / count(agents)).clamp(0.0, 1.0);
    let queue_length = rate * mean_wait;
    let in_system = queue_length + erlangs * served;
    Performance {
        agents,
        positions: positions(agents, target.shrinkage),
        wait_probability: found.wait,
        service_level: found.served_within,
        mean_wait,
        occupancy,
        meets_target: found.served_within >= target.service_level && occupancy <= target.max_occupancy,
        offered_load: erlangs,
        queue_length,
        in_system,
        time_in_system: in_system / rate,
        wait_quantiles: None,
        abandonment: Some(found.abandon),
        service_level_of_served: (served > 0.0).then(|| (found.served_within / served).clamp(0.0, 1.0)),
        blocking: None,
    }
}

struct Probabilities {
    wait: f64,
    abandon: f64,
    served_within: f64,
}

/// With g(x) = exp(λ/θ (1 − e^(−θx)) − cμx), J = ∫ g, ε = 1 / B(c − 1) and D = ε + λJ:
/// P(wait) = λJ / D, P(leave) = λ/D ∫ (1 − e^(−θx)) g, P(served within T) = ε/D + λ/D ∫ e^(−θx) g from 0 to T.
fn probabilities(load: &Load, within: f64, agents: u64, patience: f64) -> Probabilities {
    let (rate, leaving, service) = (load.rate(), patience.recip(), load.handling.recip());
    let blocked = erlang_b(agents - 1, load.erlangs());
    if blocked < f64::MIN_POSITIVE {
        return Probabilities { wait: 0.0, abandon: 0.0, served_within: 1.0 };
    }
    let decay = |served| Decay { arrival: rate, leaving, served };
    let at_work = count(agents) * service;
    let idle = -blocked.ln();
    let waiting = rate.ln() + decay(at_work).log_integral(f64::INFINITY, |_| 1.0);
    let all = idle.max(waiting) + (-(idle - waiting).abs()).exp().ln_1p();
    let part = |log: f64| (log - all).exp().clamp(0.0, 1.0);
    let left = rate.ln() + decay(at_work).log_integral(f64::INFINITY, |x| -(-leaving * x).exp_m1());
    let soon = rate.ln() + decay(at_work + leaving).log_integral(within, |_| 1.0);
    Probabilities {
        wait: part(waiting),
        abandon: part(left),
        served_within: (part(idle) + part(soon)).min(1.0),
    }
}
