//! Invented customers.

use ting_methods::{
    clv::{Behaviour, BgNbd, Clv, ClvError, Customer, GammaGamma, Options, clv},
    random::Random,
};

/// Half a year of weeks.
pub const HALF_YEAR: Options = Options { horizon: 26.0, step: 1.0, discount: 0.002, holdout: None };

/// Values customers who need no names.
pub fn value_of(behaviours: &[Behaviour], options: &Options) -> Result<Clv, ClvError> {
    let names: Vec<String> = (0..behaviours.len()).map(|at| format!("{at}")).collect();
    let customers: Vec<Customer<'_>> = names
        .iter()
        .zip(behaviours)
        .map(|(name, behaviour)| Customer { name, behaviour: *behaviour, later: 0 })
        .collect();
    clv(&customers, options)
}

pub fn bought(repeats: u32, recency: f64, age: f64, mean_value: f64) -> Behaviour {
    Behaviour { repeats, recency, age, mean_value }
}

/// Gamma numbers by the method of Marsaglia and Tsang, lifted by one for small shapes.
fn gamma(random: &mut Random, shape: f64) -> f64 {
    let (d, lift) = (shape + 1.0 - 1.0 / 3.0, random.unit().powf(1.0 / shape));
    loop {
        let x = f64::from(random.normal());
        let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
        if v > 0.0 && random.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v * lift;
        }
    }
}

/// Customers who behave as the models say.
pub fn simulated(seed: u64, n: usize, purchases: BgNbd, money: GammaGamma) -> Vec<Behaviour> {
    let mut random = Random::new(seed);
    let mut customer = || {
        let rate = gamma(&mut random, purchases.r) / purchases.alpha;
        let (left, right) = (gamma(&mut random, purchases.a), gamma(&mut random, purchases.b));
        let leave = left / (left + right);
        let age = 20.0 + 32.0 * random.unit();
        let (mut repeats, mut recency, mut time) = (0, 0.0, 0.0);
        loop {
            time -= random.unit().ln() / rate;
            if time > age {
                break;
            }
            (repeats, recency) = (repeats + 1, time);
            if random.unit() < leave {
                break;
            }
        }
        let own = gamma(&mut random, money.q) / money.v;
        let spent: f64 = (0..repeats).map(|_| gamma(&mut random, money.p) / own).sum();
        bought(repeats, recency, age, if repeats == 0 { 0.0 } else { spent / f64::from(repeats) })
    };
    (0..n).map(|_| customer()).collect()
}

/// Parameters of a middling shop.
pub fn model() -> (BgNbd, GammaGamma) {
    (BgNbd::new(0.8, 6.0, 0.6, 3.0).unwrap(), GammaGamma::new(4.0, 3.0, 20.0).unwrap())
}

/// Three hundred customers of that shop.
pub fn sample() -> Vec<Behaviour> {
    let (purchases, money) = model();
    simulated(9, 300, purchases, money)
}
