use super::{
    compare::{Operand, Scope, Side},
    expression::Expression,
    linear::Operator,
    set::Set,
    spans::Span,
    words::{Slip, Word, words},
};

/// Parentheses and `not` within each other; deeper ones would be nobody's handwriting.
const DEEPEST: usize = 50;

/// Reads an expression over the variables of a scope.
///
/// ```text
/// any        = all ("or" all)*
/// all        = one ("and" one)*
/// one        = "not" one | "(" any ")" | side (operator side | "in" set)?
/// side       = "-"? term (("+" | "-") term)*
/// term       = number ("*" name)? | name ("*" number)? | 'text'
/// operator   = "=" | "!=" | "<" | "<=" | ">" | ">="
/// set        = "{" item ("," item)* "}" | number ".." number | ("(" | "[") number "," number (")" | "]")
/// ```
pub(super) fn parse(text: &str, scope: &Scope<'_>) -> Result<Expression, Slip> {
    let mut parser = Parser { words: words(text)?, next: 0, end: text.len(), depth: 0, scope };
    if parser.words.is_empty() {
        return Err(Slip::new(0, "the expression is empty"));
    }
    let expression = parser.any()?;
    match parser.words.get(parser.next) {
        Some((at, word)) => {
            Err(Slip::new(*at, format!("{word} is not expected here; \"and\" or \"or\" joins comparisons")))
        }
        None => Ok(expression),
    }
}

struct Parser<'a> {
    words: Vec<(usize, Word)>,
    next: usize,
    end: usize,
    depth: usize,
    scope: &'a Scope<'a>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.next).map(|(_, word)| word)
    }

    fn at(&self) -> usize {
        self.words.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn take(&mut self, word: &Word) -> bool {
        let there = self.peek() == Some(word);
        self.next += usize::from(there);
        there
    }

    fn expected(&self, what: &str) -> Slip {
        let found =
            self.peek().map_or_else(|| "the expression ends".to_owned(), |word| format!("there is {word}"));
        Slip::new(self.at(), format!("{what} is expected, but {found}"))
    }

    fn any(&mut self) -> Result<Expression, Slip> {
        let mut parts = vec![self.all()?];
        while self.take(&Word::Or) {
            parts.push(self.all()?);
        }
        Ok(single_or(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, Slip> {
        let mut parts = vec![self.one()?];
        while self.take(&Word::And) {
            parts.push(self.one()?);
        }
        Ok(single_or(parts, Expression::All))
    }

    fn one(&mut self) -> Result<Expression, Slip> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Slip::new(self.at(), "the expression is nested too deeply"));
        }
        let expression = if self.take(&Word::Not) {
            Expression::Not(Box::new(self.one()?))
        } else if self.take(&Word::Sign('(')) {
            let inner = self.any()?;
            if !self.take(&Word::Sign(')')) {
                return Err(self.expected("a closing parenthesis"));
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn comparison(&mut self) -> Result<Expression, Slip> {
        let left = self.side()?;
        if self.take(&Word::In) {
            return self.membership(&left);
        }
        let Some(Word::Operator(operator)) = self.peek().cloned() else {
            return self.scope.bare(&left);
        };
        self.next += 1;
        let right = self.side()?;
        if let Some(Word::Operator(_)) = self.peek() {
            return Err(Slip::new(self.at(), "one comparison at a time: write a < x and x < b"));
        }
        self.scope.compare(&left, operator, &right)
    }

    fn side(&mut self) -> Result<Side, Slip> {
        let mut side = Side { at: self.at(), operands: Vec::new() };
        let mut sign = if self.take(&Word::Sign('-')) { -1.0 } else { 1.0 };
        loop {
            side.operands.push(self.term(sign)?);
            sign = match self.peek() {
                Some(Word::Sign('+')) => 1.0,
                Some(Word::Sign('-')) => -1.0,
                _ => return Ok(side),
            };
            self.next += 1;
        }
    }

    fn term(&mut self, sign: f64) -> Result<Operand, Slip> {
        let at = self.at();
        let word = self.peek().cloned();
        self.next += 1;
        let (factor, name, quoted) = match word {
            Some(Word::Number(number)) if self.take(&Word::Sign('*')) => match self.peek().cloned() {
                Some(Word::Name(name)) => {
                    self.next += 1;
                    (number, Some(name), false)
                }
                _ => return Err(self.expected("a name after *")),
            },
            Some(Word::Number(number)) => (number, None, false),
            Some(Word::Name(name)) if self.take(&Word::Sign('*')) => (self.number()?, Some(name), false),
            Some(Word::Name(name)) => (1.0, Some(name), false),
            Some(Word::Quoted(text)) => (1.0, Some(text), true),
            _ => {
                self.next -= 1;
                return Err(self.expected("a name or a number"));
            }
        };
        Ok(Operand { at, factor: sign * factor, name, quoted })
    }

    fn number(&mut self) -> Result<f64, Slip> {
        let sign = if self.take(&Word::Sign('-')) { -1.0 } else { 1.0 };
        match self.peek() {
            Some(Word::Number(number)) => {
                let number = sign * number;
                self.next += 1;
                Ok(number)
            }
            _ => Err(self.expected("a number")),
        }
    }

    fn membership(&mut self, left: &Side) -> Result<Expression, Slip> {
        let at = self.at();
        if self.take(&Word::Sign('{')) {
            let mut parts = Vec::new();
            loop {
                let item = self.side()?;
                parts.push(self.scope.compare(left, Operator::Equal, &item)?);
                if !self.take(&Word::Sign(',')) {
                    break;
                }
            }
            if !self.take(&Word::Sign('}')) {
                return Err(self.expected("a comma or }"));
            }
            return Ok(joined(parts));
        }
        let open = self.take(&Word::Sign('('));
        if open || self.take(&Word::Sign('[')) {
            let lower = self.number()?;
            if !self.take(&Word::Sign(',')) {
                return Err(self.expected("a comma between the ends of the interval"));
            }
            let upper = self.number()?;
            let closed = self.take(&Word::Sign(']'));
            if !closed && !self.take(&Word::Sign(')')) {
                return Err(self.expected("] or )"));
            }
            let span = Span { lower, lower_closed: !open, upper, upper_closed: closed };
            return self.scope.within(left, span, at);
        }
        let lower = self.number().map_err(|_| self.expected("a set such as {a, b}, 1..5 or (0, 3]"))?;
        if !self.take(&Word::Sign(':')) {
            return Err(self.expected("two dots between the ends, as in 1..5,"));
        }
        let upper = self.number()?;
        self.scope.within(left, Span { lower, lower_closed: true, upper, upper_closed: true }, at)
    }
}

fn single_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => join(parts.into_iter().chain(last).collect()),
    }
}

/// One of several values of the same variable is one set.
fn joined(parts: Vec<Expression>) -> Expression {
    let mut sets: Option<(usize, Set)> = None;
    for part in &parts {
        match (part, &mut sets) {
            (Expression::In(variable, set), None) => sets = Some((*variable, set.clone())),
            (Expression::In(variable, set), Some((same, all))) if variable == same => all.join(set),
            _ => return single_or(parts, Expression::Any),
        }
    }
    match sets {
        Some((variable, set)) => Expression::In(variable, set),
        None => Expression::Any(parts),
    }
}
