use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig, QualityType};
use rayon::prelude::*;

use super::rows::{Rows, add_scaled, scale_to_unit};

/// A weighted edge between two rows, the smaller number first.
pub(super) type Edge = (u32, u32, f32);

/// Turns nearest rows into edges: two rows are joined when either names the other.
pub(super) fn edges(nearest: &[Vec<(u32, f32)>]) -> Vec<Edge> {
    let edges = (0_u32..)
        .zip(nearest)
        .flat_map(|(row, found)| {
            found.iter().map(move |(other, cosine)| (row.min(*other), row.max(*other), *cosine))
        })
        .filter(|(_, _, cosine)| *cosine > 0.0);
    tidy(edges.collect())
}

/// Edges in order, the heaviest of each pair of rows only.
pub(super) fn tidy(mut edges: Vec<Edge>) -> Vec<Edge> {
    edges.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)));
    edges.dedup_by_key(|edge| (edge.0, edge.1));
    edges
}

/// Finds groups that hang together more than chance would have them (Traag, Waltman and van Eck 2019). Gives the
/// group of each node, numbered from 0; a higher resolution gives more and smaller groups.
pub(super) fn communities(nodes: usize, edges: &[Edge], resolution: f64, seed: u64) -> Vec<usize> {
    let alone = || (0..nodes).collect();
    let mut graph = GraphDataBuilder::new(nodes);
    for (a, b, weight) in edges {
        if graph.add_edge(*a as usize, *b as usize, f64::from(*weight)).is_err() {
            return alone();
        }
    }
    let config = LeidenConfig::builder()
        .resolution(resolution)
        .seed(seed)
        .quality(QualityType::RBConfiguration)
        .build();
    let found = graph.build().and_then(|graph| Leiden::new(config).run(&graph));
    // The library refuses bad weights and resolutions only; edges and options have been checked before.
    found.map_or_else(|_| alone(), |found| found.partition.as_slice().to_vec())
}

/// Rows with the centroid each is nearest to.
#[derive(Debug)]
pub(super) struct Grouping {
    pub(super) labels: Vec<usize>,
    /// The cosine with the own centroid, and with the next best one.
    pub(super) cosines: Vec<(f32, f32)>,
    pub(super) centroids: Rows,
}

/// What a row that somebody put into its group weighs there.
const FORCED_WEIGHT: f32 = 5.0;

/// Moves centroids to the middle of the rows nearest to them, some rounds over.
pub(super) fn spherical_k_means(rows: &Rows, centroids: Rows, rounds: usize) -> Grouping {
    forced_k_means(rows, centroids, rounds, &[])
}

/// The same with some rows `forced` to stay in a group; they weigh more there. Empty when none is.
pub(super) fn forced_k_means(
    rows: &Rows,
    centroids: Rows,
    rounds: usize,
    forced: &[Option<usize>],
) -> Grouping {
    let mut grouping = forced_centroids(rows, centroids, forced);
    for _ in 0..rounds {
        let previous = std::mem::take(&mut grouping.labels);
        let moved = self::centroids(rows, &previous, forced, grouping.centroids);
        grouping = forced_centroids(rows, moved, forced);
        if grouping.labels == previous {
            break;
        }
    }
    grouping
}

/// The direction in the middle of each group; a group without rows keeps its `former` one.
pub(super) fn centroids(rows: &Rows, labels: &[usize], forced: &[Option<usize>], mut former: Rows) -> Rows {
    let mut sums = Rows::zeros(former.height(), former.width());
    for (at, (row, label)) in rows.iter().zip(labels).enumerate() {
        let is_forced = forced.get(at).is_some_and(Option::is_some);
        add_scaled(sums.row_mut(*label), row, if is_forced { FORCED_WEIGHT } else { 1.0 });
    }
    for (kept, sum) in former.iter_mut().zip(sums.iter_mut()) {
        if scale_to_unit(sum) {
            kept.copy_from_slice(sum);
        }
    }
    former
}

/// The nearest centroids, but where a row is `forced` the group it has to stay in.
pub(super) fn forced_centroids(rows: &Rows, centroids: Rows, forced: &[Option<usize>]) -> Grouping {
    let mut grouping = nearest_centroids(rows, centroids);
    for (label, forced) in grouping.labels.iter_mut().zip(forced) {
        *label = forced.unwrap_or(*label);
    }
    grouping
}

/// The best and the second best centroid of every row; ties go to the first.
pub(super) fn nearest_centroids(rows: &Rows, centroids: Rows) -> Grouping {
    let count = centroids.height().max(1);
    let block = |block: &[f32]| {
        let cosines = centroids.cosines(block);
        cosines.chunks_exact(count).map(|line| best_two(line.iter().copied())).collect::<Vec<_>>()
    };
    let found: Vec<(usize, f32, f32)> = rows.blocks().flat_map_iter(block).collect();
    let labels = found.iter().map(|(label, _, _)| *label).collect();
    let cosines = found.iter().map(|(_, best, second)| (*best, *second)).collect();
    Grouping { labels, cosines, centroids }
}

/// The place of the largest cosine, it, and the second largest (0 when there is no other).
pub(super) fn best_two(cosines: impl Iterator<Item = f32>) -> (usize, f32, f32) {
    let (mut place, mut best, mut second) = (0, f32::NEG_INFINITY, f32::NEG_INFINITY);
    for (at, cosine) in cosines.enumerate() {
        if cosine > best {
            (place, best, second) = (at, cosine, best);
        } else if cosine > second {
            second = cosine;
        }
    }
    (place, best, if second.is_finite() { second } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::super::rows::Rows;
    use super::{best_two, communities, edges, spherical_k_means};

    #[test]
    fn two_rings_joined_by_one_edge_are_two_communities() {
        let ring = |start: u32| (0..6).map(move |at| (start + at, start + (at + 1) % 6, 1.0));
        let mut edges: Vec<_> = ring(0).chain(ring(6)).map(|(a, b, w)| (a.min(b), a.max(b), w)).collect();
        edges.push((0, 6, 1.0));
        let found = communities(12, &edges, 0.5, 1);
        assert!(found[..6].iter().all(|group| *group == found[0]), "{found:?}");
        assert!(found[6..].iter().all(|group| *group == found[6]) && found[0] != found[6], "{found:?}");
    }

    #[test]
    fn an_edge_named_from_both_sides_is_kept_once() {
        let nearest = vec![vec![(1, 0.5)], vec![(0, 0.5), (2, -0.1)], vec![]];
        assert_eq!(edges(&nearest), [(0, 1, 0.5)]);
    }

    #[test]
    fn rows_move_to_the_centroid_they_point_at() {
        let rows = Rows::from_cells(2, vec![1.0, 0.0, 0.8, 0.6, 0.0, 1.0, 0.6, 0.8]);
        let found = spherical_k_means(&rows, Rows::from_cells(2, vec![1.0, 0.0, 0.0, 1.0]), 8);
        assert_eq!(found.labels, [0, 0, 1, 1]);
        assert!(found.cosines.iter().all(|(best, second)| best > second));
    }

    #[test]
    fn a_single_centroid_has_no_rival() {
        assert_eq!(best_two([0.25].into_iter()), (0, 0.25, 0.0));
    }
}
