const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The last `most` counts as bars, the greatest of them full; nothing is a blank.
pub fn spark(counts: &[i64], most: usize) -> String {
    let shown = &counts[counts.len().saturating_sub(most)..];
    let greatest = shown.iter().copied().max().unwrap_or_default().max(1);
    let bar = |count: &i64| {
        // Between 0 and 8: the greatest is the divisor.
        let height = usize::try_from((count.max(&0) * 8 + greatest - 1) / greatest).unwrap_or_default();
        if height == 0 { ' ' } else { BARS[height.min(8) - 1] }
    };
    shown.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::spark;

    #[test]
    fn bars_grow_with_counts() {
        assert_eq!(spark(&[1, 2, 3, 4, 5, 6, 7, 8], 8), "▁▂▃▄▅▆▇█");
        assert_eq!(spark(&[0, 1, 1000], 8), " ▁█");
        assert_eq!(spark(&[9, 9, 1, 2], 2), "▄█");
        assert_eq!(spark(&[], 8), "");
        assert_eq!(spark(&[0, 0], 8), "  ");
    }
}
