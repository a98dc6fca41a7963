//! Shows on standard error how far long work is, when somebody looks.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Steps of a bar whose work is told as a part of one.
const PARTS: u32 = 1000;

/// A progress bar on a terminal, nothing elsewhere. It goes when it is dropped.
#[derive(Debug)]
pub struct Bar(Option<ProgressBar>);

impl Bar {
    /// A bar over the bytes of a file; none for nothing.
    pub fn bytes(name: &str, bytes: u64) -> Self {
        Self::start(name, bytes)
    }

    /// A bar over work that is told as a part of one.
    pub fn parts(name: &str) -> Self {
        Self::start(name, PARTS.into())
    }

    /// Bytes that come without anybody knowing how many there will be.
    pub fn open(name: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{prefix} {spinner} {bytes}") {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(Some(bar))
    }

    fn start(name: &str, length: u64) -> Self {
        if length == 0 || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {percent:>3} %  {eta} left") {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(Some(bar))
    }

    /// So many bytes are done.
    pub fn at(&self, position: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(position);
        }
    }

    /// So much of one is done.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 1")]
    pub fn part(&self, part: f64) {
        self.at((part.clamp(0.0, 1.0) * f64::from(PARTS)) as u64);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.finish();
    }
}
