use super::linear::Operator;

/// What is wrong with an expression, and where in it: the byte at which it starts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slip {
    pub at: usize,
    pub message: String,
}

impl Slip {
    pub fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    Number(f64),
    /// A name, or a value written without quotes.
    Name(String),
    /// A value in quotes.
    Quoted(String),
    Operator(Operator),
    /// One of `+ - * ( ) [ ] { } ,` or `:` for `..`.
    Sign(char),
    And,
    Or,
    Not,
    In,
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => write!(f, "{name}"),
            Self::Quoted(text) => write!(f, "'{text}'"),
            Self::Operator(operator) => f.write_str(match operator {
                Operator::Less => "<",
                Operator::AtMost => "<=",
                Operator::Equal => "=",
                Operator::Unequal => "!=",
                Operator::AtLeast => ">=",
                Operator::More => ">",
            }),
            Self::Sign(':') => f.write_str(".."),
            Self::Sign(sign) => write!(f, "{sign}"),
            Self::And => f.write_str("and"),
            Self::Or => f.write_str("or"),
            Self::Not => f.write_str("not"),
            Self::In => f.write_str("in"),
        }
    }
}

/// Whether a character may stand in a name: letters and digits of any script, and `_`.
pub(super) fn is_name_char(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Whether a text can be written in expressions as it is.
pub(super) fn is_name(text: &str) -> bool {
    let reserved = ["and", "or", "not", "in", "true", "false", "yes", "no"];
    let begins = text.chars().next().is_some_and(|first| is_name_char(first) && !first.is_ascii_digit());
    begins && text.chars().all(is_name_char) && !reserved.contains(&text)
}

/// Cuts an expression into its pieces, each with the byte at which it starts.
pub(super) fn words(text: &str) -> Result<Vec<(usize, Word)>, Slip> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(char) = text[at..].chars().next() {
        if char.is_whitespace() {
            at += char.len_utf8();
            continue;
        }
        let (length, word) = word(&text[at..], char).map_err(|message| Slip::new(at, message))?;
        words.push((at, word));
        at += length;
    }
    Ok(words)
}

fn word(rest: &str, first: char) -> Result<(usize, Word), String> {
    for (sign, operator) in [
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("!=", Operator::Unequal),
        ("==", Operator::Equal),
        ("≤", Operator::AtMost),
        ("≥", Operator::AtLeast),
        ("≠", Operator::Unequal),
        ("<", Operator::Less),
        (">", Operator::More),
        ("=", Operator::Equal),
    ] {
        if rest.starts_with(sign) {
            return Ok((sign.len(), Word::Operator(operator)));
        }
    }
    match first {
        '.' if rest.starts_with("..") => Ok((2, Word::Sign(':'))),
        '+' | '-' | '*' | '(' | ')' | '[' | ']' | '{' | '}' | ',' => Ok((1, Word::Sign(first))),
        '\'' | '"' => match rest[1..].find(first) {
            Some(length) => Ok((length + 2, Word::Quoted(rest[1..=length].to_owned()))),
            None => Err(format!("the quote {first} is never closed")),
        },
        digit if digit.is_ascii_digit() => number(rest),
        char if is_name_char(char) => {
            let length = rest.find(|char| !is_name_char(char)).unwrap_or(rest.len());
            let word = match &rest[..length] {
                "and" => Word::And,
                "or" => Word::Or,
                "not" => Word::Not,
                "in" => Word::In,
                name => Word::Name(name.to_owned()),
            };
            Ok((length, word))
        }
        other => Err(format!("{other:?} means nothing here")),
    }
}

/// `12`, `0.5`, `1e-9`; the two dots of `1..10` are no part of it.
fn number(rest: &str) -> Result<(usize, Word), String> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    if rest[end..].starts_with(is_name_char) {
        let length = rest.find(|char| !is_name_char(char)).unwrap_or(rest.len());
        let word = &rest[..length.max(end)];
        return Err(format!("{word} is no number; a name does not begin with a digit"));
    }
    match rest[..end].parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((end, Word::Number(number))),
        _ => Err(format!("{} is too large for a number", &rest[..end])),
    }
}
