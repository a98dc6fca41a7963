use std::io::{self, Read};

const BUFFER_BYTES: usize = 256 * 1024;

/// Gives a text with every line ended by a line feed, the last one too, so that lines can be counted: files come from Windows
/// and from old spreadsheets as well.
pub struct Newlines<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    /// The last byte that was read.
    last: u8,
    ended: bool,
}

impl<R: Read> Newlines<R> {
    pub fn new(source: R) -> Self {
        Self { source, buffer: Vec::with_capacity(BUFFER_BYTES), start: 0, last: b'\n', ended: false }
    }

    /// Reads the next piece and rewrites its line ends; nothing is left in the buffer before.
    fn fill(&mut self) -> io::Result<()> {
        self.start = 0;
        self.buffer.resize(BUFFER_BYTES, 0);
        let read = self.source.read(&mut self.buffer)?;
        self.buffer.truncate(read);
        if read == 0 {
            self.ended = true;
            // After a lone carriage return the line feed has been given already.
            if !matches!(self.last, b'\n' | b'\r') {
                self.buffer.push(b'\n');
            }
            return Ok(());
        }
        let before = std::mem::replace(&mut self.last, self.buffer[read - 1]);
        if before == b'\r' || self.buffer.contains(&b'\r') {
            rewrite(&mut self.buffer, before);
        }
        Ok(())
    }
}

/// Makes CR LF and CR one line feed; `before` is the byte before the first.
fn rewrite(bytes: &mut Vec<u8>, mut before: u8) {
    bytes.retain_mut(|byte| {
        let seen = *byte;
        let keep = !(seen == b'\n' && before == b'\r');
        before = seen;
        if seen == b'\r' {
            *byte = b'\n';
        }
        keep
    });
}

impl<R: Read> Read for Newlines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // A piece may consist of nothing but the line feed of a CR LF.
        while self.start == self.buffer.len() && !self.ended {
            self.fill()?;
        }
        let rest = &self.buffer[self.start..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.start += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::Newlines;

    /// Gives one byte at a time, so that every byte is at a border.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(1).min(into.len());
            into[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    #[test]
    fn every_line_ends_with_one_line_feed() {
        for (given, expected) in [
            ("", ""),
            ("a", "a\n"),
            ("a\n", "a\n"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\rb", "a\nb\n"),
            ("a\r\r\n\n\rb\r", "a\n\n\n\nb\n"),
        ] {
            for source in [Box::new(given.as_bytes()) as Box<dyn Read>, Box::new(Slow(given.as_bytes()))] {
                let mut text = String::new();
                Newlines::new(source).read_to_string(&mut text).unwrap();
                assert_eq!(text, expected, "{given:?}");
            }
        }
    }
}
