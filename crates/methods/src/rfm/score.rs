/// A value without rounding: days, a count, or millionths of money.
pub type Exact = i128;

/// Cut points and mean of one dimension, kept as whole numbers so that no rounding decides what lies below them.
#[derive(Debug, Clone)]
pub struct Scale {
    /// Five times the cut points: a type-7 quantile at k/5 lies on fifths between two values.
    fifths: [Exact; 4],
    total: Exact,
    n: Exact,
}

impl Scale {
    /// The scale of at least one value.
    pub fn of(values: impl Iterator<Item = Exact>) -> Self {
        let mut sorted: Vec<Exact> = values.collect();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        let at = |index: usize| sorted.get(index.min(last)).copied().unwrap_or_default();
        let fifths = [1, 2, 3, 4].map(|part| {
            let (whole, rest) = (last * part / 5, (last * part % 5) as Exact);
            at(whole) * (5 - rest) + at(whole + 1) * rest
        });
        Self { fifths, total: sorted.iter().sum(), n: sorted.len() as Exact }
    }

    /// 1 plus the number of cut points strictly below the value.
    pub fn score(&self, value: Exact) -> u8 {
        self.fifths.iter().fold(1, |score, fifth| score + u8::from(*fifth < 5 * value))
    }

    pub fn above_mean(&self, value: Exact) -> bool {
        value * self.n > self.total
    }

    pub fn below_mean(&self, value: Exact) -> bool {
        value * self.n < self.total
    }

    #[expect(clippy::cast_precision_loss, reason = "what is shown is rounded, what is compared is not")]
    pub fn cuts(&self) -> [f64; 4] {
        self.fifths.map(|fifth| fifth as f64 / 5.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "what is shown is rounded, what is compared is not")]
    pub fn mean(&self) -> f64 {
        self.total as f64 / self.n.max(1) as f64
    }
}
