//! What depends on what, and the order that follows.

mod cycles;
mod dependencies;
mod places;

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
};

pub(crate) use cycles::cycles;
pub(crate) use dependencies::dependencies;

/// For each node, the nodes that must come before it.
pub(crate) type Graph = Vec<BTreeSet<usize>>;

/// The nodes in an order in which each follows those it depends on, otherwise by number. Nodes of
/// a cycle, and what depends on them, are missing.
pub(crate) fn order(graph: &Graph) -> Vec<usize> {
    let mut missing: Vec<usize> = graph.iter().map(BTreeSet::len).collect();
    let mut followers = vec![Vec::new(); graph.len()];
    for (node, before) in graph.iter().enumerate() {
        before.iter().for_each(|&earlier| followers[earlier].push(node));
    }
    let free = missing.iter().enumerate().filter(|(_, missing)| **missing == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = free.map(|(node, _)| Reverse(node)).collect();
    let mut ordered = Vec::with_capacity(graph.len());
    while let Some(Reverse(node)) = ready.pop() {
        ordered.push(node);
        for &follower in &followers[node] {
            missing[follower] -= 1;
            if missing[follower] == 0 {
                ready.push(Reverse(follower));
            }
        }
    }
    ordered
}
