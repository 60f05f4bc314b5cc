use std::collections::BTreeMap;

use super::Graph;

/// Cycles among the nodes that `ordered` leaves out, one for each group that is tied together.
/// Each begins with its first node and goes to what that depends on.
pub(crate) fn cycles(graph: &Graph, ordered: &[usize]) -> Vec<Vec<usize>> {
    let mut state = vec![State::Tied; graph.len()];
    ordered.iter().for_each(|&node| state[node] = State::Free);
    (0..graph.len()).filter_map(|start| cycle_from(start, graph, &mut state)).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// In the order.
    Free,
    /// In a cycle, or behind one.
    Tied,
    /// Looked at by an earlier walk, which has reported its cycle.
    Walked,
}

/// Walks from one tied node to another it depends on, until one comes again.
fn cycle_from(start: usize, graph: &Graph, state: &mut [State]) -> Option<Vec<usize>> {
    let (mut walk, mut places) = (Vec::new(), BTreeMap::new());
    let mut node = start;
    while state[node] == State::Tied {
        if let Some(begin) = places.insert(node, walk.len()) {
            walk.iter().for_each(|&walked| state[walked] = State::Walked);
            return Some(from_first(walk.split_off(begin)));
        }
        walk.push(node);
        node = *graph[node].iter().find(|&&before| state[before] != State::Free)?;
    }
    walk.iter().for_each(|&walked| state[walked] = State::Walked);
    None
}

fn from_first(mut cycle: Vec<usize>) -> Vec<usize> {
    let first = (0..cycle.len()).min_by_key(|&at| cycle[at]).unwrap_or(0);
    cycle.rotate_left(first);
    cycle
}
