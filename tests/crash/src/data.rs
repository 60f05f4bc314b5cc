//! The input, and what the pipelines have to make of it. Computed here and nowhere in the product.

use std::collections::BTreeMap;
use std::fmt::Write;

/// How many orders there are: several batches of the engine.
const ORDERS: u64 = 16_000;
/// How many customers there are.
const CUSTOMERS: u64 = 40;
/// How many events a file of them has.
const EVENTS: u64 = 16_000;

/// Which state the input has: before the runs that are killed, or at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    Old,
    New,
}

impl Age {
    fn shift(self) -> u64 {
        match self {
            Self::Old => 7,
            Self::New => 0,
        }
    }
}

/// `id,customer,amount`
pub(crate) fn orders(age: Age) -> Vec<String> {
    orders_of(age).map(|(id, customer, amount)| format!("{id},{customer},{amount}")).collect()
}

fn orders_of(age: Age) -> impl Iterator<Item = (u64, u64, u64)> {
    let shift = age.shift();
    (1..=ORDERS).map(move |id| (id, (id * 7_919 + shift) % CUSTOMERS, (id * 31 + shift) % 1_000))
}

/// `customer,name`
pub(crate) fn customers() -> Vec<String> {
    (0..CUSTOMERS).map(|customer| format!("{customer},name {customer}")).collect()
}

/// `customer,orders,total`, by customer.
pub(crate) fn per_customer(age: Age) -> Vec<String> {
    let mut sums: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for (_, customer, amount) in orders_of(age) {
        let sum = sums.entry(customer).or_default();
        *sum = (sum.0 + 1, sum.1 + amount);
    }
    sums.iter().map(|(customer, (count, total))| format!("{customer},{count},{total}")).collect()
}

/// `name,total`, by name, of the customers whose orders add up to anything.
pub(crate) fn named(age: Age) -> Vec<String> {
    let total = |row: &String| {
        let mut fields = row.split(',');
        let (customer, total) = (fields.next().unwrap_or_default(), fields.nth(1));
        format!("name {customer},{}", total.unwrap_or_default())
    };
    let mut rows: Vec<String> = per_customer(age).iter().map(total).collect();
    rows.sort();
    rows
}

/// `batch,id`
pub(crate) fn events(age: Age) -> Vec<String> {
    let batch = if age == Age::Old { 1 } else { 2 };
    (1..=EVENTS).map(|id| format!("{batch},{id}")).collect()
}

/// The text of a CSV file.
pub(crate) fn csv(header: &str, rows: &[String]) -> String {
    rows.iter().fold(format!("{header}\n"), |mut text, row| {
        let _ = writeln!(text, "{row}");
        text
    })
}
