use serde::{Deserialize, Serialize};

/// The languages whose words the methods know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Chinese,
    English,
    /// Another script, or no letters at all.
    Other,
}

/// How many comments were written in each language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageCounts {
    pub chinese: usize,
    pub english: usize,
    pub other: usize,
}

impl LanguageCounts {
    pub fn add(&mut self, language: Language) {
        match language {
            Language::Chinese => self.chinese += 1,
            Language::English => self.english += 1,
            Language::Other => self.other += 1,
        }
    }
}

/// One Chinese character says about as much as three Latin letters.
const HAN_WEIGHT: usize = 3;

/// Tells the language by its script, which is right on short comments where statistical guessers fail.
///
/// Latin script counts as English unless a tenth of its letters carry accents.
pub fn language(text: &str) -> Language {
    let (mut han, mut latin, mut accented, mut foreign) = (0, 0, 0, 0);
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' => latin += 1,
            _ if is_han(c) => han += 1,
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => accented += 1,
            _ if c.is_alphabetic() => foreign += 1,
            _ => {}
        }
    }
    let (chinese, western) = (han * HAN_WEIGHT, latin + accented);
    if chinese + western == 0 || foreign * HAN_WEIGHT > chinese.max(western) {
        Language::Other
    } else if chinese >= western {
        // Kana among the characters: Japanese.
        if foreign * 10 > han { Language::Other } else { Language::Chinese }
    } else if accented * 10 > western {
        Language::Other
    } else {
        Language::English
    }
}

/// Chinese characters of every block, not the punctuation.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '〇' | '々')
}

#[cfg(test)]
mod tests {
    use super::{Language, language};

    #[test]
    fn short_comments_are_told_apart() {
        assert_eq!(language("太慢了"), Language::Chinese);
        assert_eq!(language("iPhone 拍照很好"), Language::Chinese);
        assert_eq!(language("top up failed"), Language::English);
        assert_eq!(language("The café was fine and the staff were kind"), Language::English);
        assert_eq!(language("ありがとうございます"), Language::Other);
        assert_eq!(language("とても良い店でした"), Language::Other);
        assert_eq!(language("очень медленно"), Language::Other);
        assert_eq!(language("très déçu, réponse reçue après délai"), Language::Other);
        assert_eq!(language("😀👍 123"), Language::Other);
        assert_eq!(language(""), Language::Other);
    }
}
