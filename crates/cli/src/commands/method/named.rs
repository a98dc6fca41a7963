use std::collections::HashMap;

/// Values by the name they belong to. A name is copied only once, so that a long file with few names costs no memory for it.
#[derive(Debug)]
pub struct Named<T> {
    places: HashMap<String, usize>,
    values: Vec<T>,
}

impl<T> Named<T> {
    pub fn new() -> Self {
        Self { places: HashMap::new(), values: Vec::new() }
    }

    /// The value of that name; `new` makes it when the name is new.
    pub fn of(&mut self, name: &str, new: impl FnOnce() -> T) -> &mut T {
        let at = if let Some(at) = self.places.get(name) {
            *at
        } else {
            self.places.insert(name.to_owned(), self.values.len());
            self.values.push(new());
            self.values.len() - 1
        };
        &mut self.values[at]
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Names with their values, sorted by name, so that no order of rows shows.
    pub fn sorted(self) -> Vec<(String, T)> {
        let mut places: Vec<(String, usize)> = self.places.into_iter().collect();
        places.sort_unstable_by_key(|(_, at)| *at);
        let mut named: Vec<(String, T)> =
            places.into_iter().zip(self.values).map(|((name, _), value)| (name, value)).collect();
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        named
    }
}

/// A name for people to see.
pub fn shown(name: &str) -> &str {
    if name.is_empty() { "(empty)" } else { name }
}

#[cfg(test)]
mod tests {
    use super::Named;

    #[test]
    fn every_name_keeps_its_value() {
        let mut named = Named::new();
        for name in ["b", "a", "b", ""] {
            *named.of(name, || 0) += 1;
        }
        assert_eq!(named.len(), 3);
        assert_eq!(named.sorted(), [(String::new(), 1), ("a".to_owned(), 1), ("b".to_owned(), 2)]);
    }
}
