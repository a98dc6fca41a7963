//! Chance that hangs on a seed: the same on every machine, whatever the number of threads.

/// What the state grows by from one number to the next.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Splitmix64: a small generator whose numbers are the same on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Starts at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Leaves out the next `count` numbers at once, so that threads can share one stream.
    pub fn skip(&mut self, count: u64) {
        self.0 = self.0.wrapping_add(STEP.wrapping_mul(count));
    }

    /// A whole number from 0 to `bound - 1`: the high half of a product, which is even enough for any bound in memory.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the high half of a product with a usize is below it"
    )]
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next_word()) * bound as u128) >> 64) as usize
    }

    /// A standard normal number (Box and Muller).
    #[expect(clippy::cast_possible_truncation, reason = "single precision is enough for a random direction")]
    pub fn normal(&mut self) -> f32 {
        let (radius, angle) = (self.unit(), self.unit());
        ((-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()) as f32
    }

    /// As many random signs, 1 or −1.
    pub fn signs(&mut self, count: usize) -> Vec<f32> {
        let mut signs = Vec::with_capacity(count);
        while signs.len() < count {
            let word = self.next_word();
            signs.extend(
                (0..(count - signs.len()).min(64)).map(|bit| if word >> bit & 1 == 0 { 1.0 } else { -1.0 }),
            );
        }
        signs
    }

    /// A number above 0 and up to 1, evenly spread.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
    pub fn unit(&mut self) -> f64 {
        ((self.next_word() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

/// Spreads the bits of a number over the whole word.
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
