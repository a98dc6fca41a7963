use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// Between two lines when nobody looks at a bar.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows on standard error how far an import is: a bar on a terminal, else a line now and then.
#[derive(Debug)]
pub struct Progress {
    name: String,
    bytes: u64,
    started: Instant,
    rows: u64,
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Progress {
    /// Starts for a file of so many bytes.
    pub fn start(name: &str, bytes: u64) -> Self {
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| bar(name, bytes));
        Self { name: name.to_owned(), bytes, started: now, rows: 0, bar, last_line: now }
    }

    /// So many more rows are confirmed, up to this byte of the file.
    pub fn advance(&mut self, rows: u64, position: u64) {
        self.rows += rows;
        let speed = self.rows_per_second();
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(format!("{} rows, {speed} rows/s", self.rows));
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let percent = (position * 100).checked_div(self.bytes).unwrap_or(100);
            anstream::eprintln!("{}: {percent} %, {} rows, {speed} rows/s", self.name, self.rows);
        }
    }

    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn rows_per_second(&self) -> u64 {
        let milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.rows.saturating_mul(1000) / milliseconds
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str, bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {percent:>3} %  {msg}  {eta} left") {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
