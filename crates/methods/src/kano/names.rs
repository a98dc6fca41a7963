use rustc_hash::FxHashMap;

/// Numbers names in the order in which they come. Rows of one respondent mostly follow each other, so the last name is at hand.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    numbers: FxHashMap<Box<str>, u32>,
    last: String,
    last_number: Option<u32>,
}

impl Names {
    /// The number of a name; a new name gets the next one.
    pub fn number(&mut self, name: &str) -> u32 {
        match self.last_number {
            Some(number) if self.last == name => return number,
            _ => {}
        }
        // Four thousand million names fit no memory.
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let known = self.numbers.get(name).copied();
        let number = known.unwrap_or(next);
        if known.is_none() {
            self.numbers.insert(name.into(), next);
        }
        self.last.clear();
        self.last.push_str(name);
        self.last_number = Some(number);
        number
    }

    /// All names, each at the place of its number.
    pub fn all(&self) -> Vec<&str> {
        let mut names: Vec<(u32, &str)> =
            self.numbers.iter().map(|(name, number)| (*number, &**name)).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }
}
