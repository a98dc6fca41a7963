use super::{Load, Performance, Quantiles, Target, staffing::count, staffing::positions};

/// The share of calls turned away from `lines` lines under a load in erlangs, by the recursion.
pub fn erlang_b(lines: u64, erlangs: f64) -> f64 {
    (1..=lines).fold(1.0, |blocked, line| next_b(blocked, line, erlangs))
}

/// One line more.
pub(super) fn next_b(blocked: f64, line: u64, erlangs: f64) -> f64 {
    erlangs * blocked / (count(line) + erlangs * blocked)
}

/// The share of calls that wait for one of `agents` agents; 1 where the load is too much for them.
pub fn erlang_c(agents: u64, erlangs: f64) -> f64 {
    from_b(erlang_b(agents, erlangs), agents, erlangs)
}

fn from_b(blocked: f64, agents: u64, erlangs: f64) -> f64 {
    if erlangs >= count(agents) {
        return 1.0;
    }
    blocked / (1.0 - erlangs / count(agents) * (1.0 - blocked))
}

/// Erlang C, with B known. `None` where the load is too much.
pub(super) fn waits(load: &Load, target: &Target, agents: u64, blocked: f64) -> Option<Performance> {
    let (erlangs, rate) = (load.erlangs(), load.rate());
    let free = count(agents) - erlangs;
    if free <= 0.0 {
        return None;
    }
    let wait_probability = from_b(blocked, agents, erlangs);
    // Waits of those who wait end at this rate.
    let ending = free / load.handling;
    let service_level = 1.0 - wait_probability * (-ending * target.within).exp();
    let mean_wait = wait_probability / ending;
    let occupancy = erlangs / count(agents);
    let quantile = |share: f64| {
        if share <= 1.0 - wait_probability { 0.0 } else { (wait_probability / (1.0 - share)).ln() / ending }
    };
    Some(Performance {
        agents,
        positions: positions(agents, target.shrinkage),
        wait_probability,
        service_level,
        mean_wait,
        occupancy,
        meets_target: service_level >= target.service_level && occupancy <= target.max_occupancy,
        offered_load: erlangs,
        queue_length: rate * mean_wait,
        in_system: rate * mean_wait + erlangs,
        time_in_system: mean_wait + load.handling,
        wait_quantiles: Some(Quantiles {
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
        }),
        abandonment: None,
        service_level_of_served: None,
        blocking: None,
    })
}

/// Erlang B: who is let in is served at once.
pub(super) fn blocked(load: &Load, target: &Target, lines: u64, blocked: f64) -> Performance {
    let carried = load.erlangs() * (1.0 - blocked);
    let occupancy = carried / count(lines);
    Performance {
        agents: lines,
        positions: positions(lines, target.shrinkage),
        wait_probability: 0.0,
        service_level: 1.0 - blocked,
        mean_wait: 0.0,
        occupancy,
        meets_target: 1.0 - blocked >= target.service_level && occupancy <= target.max_occupancy,
        offered_load: load.erlangs(),
        queue_length: 0.0,
        in_system: carried,
        time_in_system: load.handling,
        wait_quantiles: None,
        abandonment: None,
        service_level_of_served: None,
        blocking: Some(blocked),
    }
}
