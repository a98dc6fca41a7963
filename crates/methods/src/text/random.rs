/// Splitmix64: a small generator whose numbers are the same on every machine.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A standard normal number (Box and Muller).
    #[expect(clippy::cast_possible_truncation, reason = "single precision is enough for a random direction")]
    pub(super) fn normal(&mut self) -> f32 {
        let (radius, angle) = (self.unit(), self.unit());
        ((-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()) as f32
    }

    /// A number above 0 and up to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

/// Spreads the bits of a number over the whole word.
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
