use std::ops::Range;

use super::fit::Comment;
use super::language::{Language, is_han, language};

/// A comment up to this length is one statement: what is said beside a thing tells more about it than cutting gains. With 40 characters
/// and 25 words instead, themes agreed clearly less with the topics that people had given.
const SHORT_HAN: usize = 120;
const SHORT_WORDS: usize = 75;

/// Words that turn a sentence round; the new statement starts with them.
const TURNS: [&str; 6] = ["但是", "不过", "可是", "然而", " but ", " however"];

/// Splits a comment into statements, each about one thing, as byte ranges of `text`.
///
/// Statements end at full stops, question and exclamation marks, semicolons, line ends, and before "but" and its
/// kin. A short comment is one statement; pieces without a letter or digit are none.
pub fn statements(text: &str) -> Vec<Range<usize>> {
    let cuts = if is_short(text) { Vec::new() } else { cut_points(text) };
    let mut start = 0;
    let mut found = Vec::new();
    for end in cuts.into_iter().chain([text.len()]) {
        let piece = &text[start..end];
        if piece.contains(char::is_alphanumeric) {
            let lead = piece.len() - piece.trim_start().len();
            found.push(start + lead..start + piece.trim_end().len());
        }
        start = end;
    }
    found
}

/// The cards of a comment: the comment itself under its own id, or a card for each statement, `id#1`, `id#2`, ….
pub fn cards<'a>(id: &str, text: &'a str) -> Vec<Comment<'a>> {
    match statements(text).as_slice() {
        [] | [_] => vec![Comment { id: id.to_owned(), text }],
        several => {
            let card = |(number, range): (usize, &Range<usize>)| Comment {
                id: format!("{id}#{number}"),
                text: &text[range.clone()],
            };
            (1..).zip(several).map(card).collect()
        }
    }
}

fn is_short(text: &str) -> bool {
    if language(text) == Language::Chinese {
        text.chars().filter(|c| is_han(*c)).nth(SHORT_HAN).is_none()
    } else {
        text.split_whitespace().nth(SHORT_WORDS).is_none()
    }
}

fn cut_points(text: &str) -> Vec<usize> {
    let mut cuts = Vec::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        match c {
            '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' => cuts.push(end),
            // A full stop inside a number or an address ends nothing.
            '.' if text[end..].starts_with(char::is_whitespace) => cuts.push(end),
            '但' | '不' | '可' | '然' | ' ' if TURNS.iter().any(|turn| starts_with(&text[start..], turn)) =>
            {
                cuts.push(start);
            }
            _ => {}
        }
    }
    cuts
}

fn starts_with(text: &str, turn: &str) -> bool {
    text.as_bytes().get(..turn.len()).is_some_and(|head| head.eq_ignore_ascii_case(turn.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::statements;

    fn pieces(text: &str) -> Vec<&str> {
        statements(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_short_comment_is_one_statement() {
        assert_eq!(pieces("慢！贵！"), ["慢！贵！"]);
        assert_eq!(pieces("  Too slow. Too dear. "), ["Too slow. Too dear."]);
    }

    #[test]
    fn a_comment_of_a_few_sentences_is_one_statement() {
        let few = "四驱价格貌似挺高的，高的可以看齐XC60了，看实车前脸有点违和感。不过大众的车应该不会差。";
        assert_eq!(pieces(few), [few]);
    }

    #[test]
    fn a_long_comment_is_split_where_the_subject_changes() {
        let praise =
            "这辆车的外观非常漂亮大气我和家人都很喜欢内饰做工也不错空间也足够一家五口使用，".repeat(3);
        let long = format!("{praise}但是油耗实在太高了。售后服务也慢！");
        assert_eq!(pieces(&long), [praise.as_str(), "但是油耗实在太高了。", "售后服务也慢！"]);
        let praise = "The room was clean and bright and the breakfast had everything one could ask for on a Sunday at 8.30 \
                      in the morning ";
        let english = format!("{}but the staff ignored us. Never again!", praise.repeat(3));
        assert_eq!(pieces(&english).len(), 3);
    }

    #[test]
    fn nothing_to_say_is_no_statement() {
        assert_eq!(pieces("！！！ \n ..."), Vec::<&str>::new());
        assert_eq!(pieces(""), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn statements_lie_in_order_within_the_text(text in "\\PC{0,300}") {
            let mut end = 0;
            for range in statements(&text) {
                prop_assert!(range.start >= end && range.end <= text.len() && range.start < range.end);
                prop_assert!(text.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }
}
