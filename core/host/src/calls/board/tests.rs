#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

/// A board of its own: that of the process is used by every test.
fn empty() -> &'static Board {
    map().unwrap()
}

fn looks(board: &Board, count: u32) {
    (0..count).for_each(|_| board.pass(LOOK));
}

#[test]
fn a_call_is_on_the_board_from_its_beginning_to_its_end() {
    let board = empty();
    let (_, first) = board.take("csv", Some("load_a")).unwrap();
    let (_, second) = board.take("rest", None).unwrap();
    assert_eq!(board.under_way(), []);
    assert_eq!(board.connectors(), ["csv", "rest"]);
    first.enter(Call::Read, 7, 9);
    let seen = CallSeen {
        step: Some("load_a".to_owned()),
        connector: "csv".to_owned(),
        call: Call::Read,
        limit: Duration::from_millis(7),
    };
    assert_eq!(board.under_way(), [seen]);
    assert!(!first.leave());
    second.free();
    assert_eq!(board.under_way(), []);
    assert_eq!(board.connectors(), ["csv"]);
}

#[test]
fn a_slot_is_given_again_with_another_text() {
    let board = empty();
    let (number, slot) = board.take("a_long_name", Some("load_a")).unwrap();
    slot.free();
    let (again, slot) = board.take("csv", None).unwrap();
    assert_eq!((again, slot.connector(), slot.step()), (number, "csv".to_owned(), None));
}

#[test]
fn a_full_board_gives_no_slot() {
    let board = empty();
    assert_eq!((0..2 * SLOTS).filter_map(|_| board.take("csv", None)).count(), SLOTS);
    assert_eq!(board.open().count(), SLOTS);
}

#[test]
fn the_clock_stands_still_while_nobody_looks() {
    let board = empty();
    board.pass(LOOK);
    board.pass(Duration::from_secs(3600));
    assert_eq!(u128::from(board.now()), (3 * LOOK).as_millis());
}

#[test]
fn a_call_is_late_when_it_is_due_and_overdue_after_the_grace() {
    let board = empty();
    let (_, slot) = board.take("csv", None).unwrap();
    slot.enter(Call::Check, 100, 100);
    looks(board, 1);
    assert!(!slot.mark_late(board.now()));
    looks(board, 1);
    assert!(slot.mark_late(board.now()));
    assert!(!slot.mark_late(board.now()), "once");
    assert_eq!(board.overdue(), None);
    looks(board, 20);
    assert_eq!(board.overdue().unwrap().call, Call::Check);
    assert!(slot.leave());
    assert_eq!(board.overdue(), None);
}

#[test]
fn the_end_and_the_run_are_what_was_told() {
    let board = empty();
    assert_eq!((board.finished(), board.run()), (None, None));
    board.finish(0);
    board.announce_run("0190");
    assert_eq!((board.finished(), board.run()), (Some(0), Some("0190".to_owned())));
    board.finish(255);
    assert_eq!(board.finished(), Some(255));
}
