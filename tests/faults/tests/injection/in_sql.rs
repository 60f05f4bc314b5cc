//! Places in SQL; what is made of them is run.

use arrow::array::AsArray;
use sqlflow_engine::{DuckDb, Engine, EngineConfig, Session, quote_identifier, quote_literal};
use sqlflow_tests_fuzz::same_but_for_values;

use crate::planning::{Planner, code, sql};
use crate::{Fate, judge, values};

/// A query with `${v}` in it, and how the value is seen in what it yields.
type Place = (&'static str, &'static str, Seen);

#[derive(Debug, Clone, Copy)]
enum Seen {
    /// The one value is the text, with this before and behind it.
    Value(&'static str, &'static str),
    /// The one column has it for its name.
    Name(&'static str),
    /// It names, behind this, the table that holds the value.
    Table(&'static str),
}

const PLACES: [Place; 19] = [
    ("an expression", "SELECT ${v}", Seen::Value("", "")),
    ("between operators", "SELECT 'a'||${v}||'b'", Seen::Value("a", "b")),
    ("an argument", "SELECT concat('a', ${v})", Seen::Value("a", "")),
    ("an expression with a default", "SELECT ${v|5}", Seen::Value("", "")),
    ("'…'", "SELECT '${v}'", Seen::Value("", "")),
    ("inside '…'", "SELECT 'it''s ${v}, so'", Seen::Value("it's ", ", so")),
    ("E'…'", "SELECT E'${v}'", Seen::Value("", "")),
    ("inside E'…'", "SELECT E'\\n${v}\\''", Seen::Value("\n", "'")),
    ("$$…$$", "SELECT $$${v}$$", Seen::Value("", "")),
    ("inside $$…$$", "SELECT $$a ${v} b$$", Seen::Value("a ", " b")),
    ("$tag$…$tag$", "SELECT $tag$${v}$tag$", Seen::Value("", "")),
    ("\"…\"", "SELECT 1 AS \"${v}\"", Seen::Name("")),
    ("inside \"…\"", "SELECT 1 AS \"a ${v}\"", Seen::Name("a ")),
    ("after FROM", "SELECT got FROM ${v}", Seen::Table("")),
    ("after JOIN", "SELECT got FROM (SELECT 1) JOIN ${v} ON true", Seen::Table("")),
    ("after a dot", "SELECT got FROM main.${v}", Seen::Table("")),
    ("a compound name", "SELECT got FROM t_${v}", Seen::Table("t_")),
    ("\"…\" after FROM", "SELECT got FROM \"${v}\"", Seen::Table("")),
    ("beside comments", "SELECT ${v} /* ${v} */ -- ${v}\n", Seen::Value("", "")),
];

fn fate(planner: &Planner, session: &mut dyn Session, place: &Place, value: &str) -> Fate {
    let (_, query, seen) = place;
    let plan = match planner.plan(&format!("CREATE TABLE made AS {query};"), value) {
        Ok(plan) => plan,
        Err(findings) => return Fate::Refused(code(&findings)),
    };
    let made = sql(&plan);
    if let Err(what) = same_but_for_values(query.trim_end(), made.trim_end()) {
        return Fate::Wrong(what);
    }
    match seen {
        Seen::Value(before, behind) => compare(session, &made, &format!("{before}{value}{behind}")),
        Seen::Name(before) => {
            let name = |session: &mut dyn Session| {
                let schema = session.bind(&made).map_err(refused)?;
                Ok(schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>())
            };
            match name(session) {
                Ok(names) if names == [format!("{before}{value}")] => Fate::Arrived,
                Ok(names) => Fate::Wrong(format!("the columns are {names:?}")),
                Err(refused) => refused,
            }
        }
        Seen::Table(before) => from_table(session, &made, &format!("{before}{value}"), value),
    }
}

/// The query has to read the table of that name, which is made for it.
fn from_table(session: &mut dyn Session, made: &str, name: &str, value: &str) -> Fate {
    let table = quote_identifier(name);
    let create = format!("CREATE TABLE {table} AS SELECT {} AS got", quote_literal(value));
    if let Err(error) = session.execute(&create) {
        // No table can have this name, such as the empty one: then none may be read.
        return if session.query(made).is_ok() {
            Fate::Wrong("a table is read that cannot be".to_owned())
        } else {
            refused(error)
        };
    }
    let fate = compare(session, made, value);
    session.execute(&format!("DROP TABLE {table}")).unwrap();
    fate
}

fn compare(session: &mut dyn Session, made: &str, expect: &str) -> Fate {
    match one_text(session, made) {
        Ok(got) if got == expect => Fate::Arrived,
        Ok(got) => Fate::Wrong(format!("{got:?} arrived")),
        Err(refused) => refused,
    }
}

/// The one row of the one column.
fn one_text(session: &mut dyn Session, made: &str) -> Result<String, Fate> {
    let mut rows = session.query(made).map_err(refused)?;
    let batch = rows.next().map_err(refused)?.expect("a row");
    assert_eq!((batch.num_rows(), batch.num_columns()), (1, 1), "{made}");
    Ok(batch.column(0).as_string::<i32>().value(0).to_owned())
}

/// A query that does not bind is a finding of the check.
fn refused(error: sqlflow_engine::EngineError) -> Fate {
    Fate::Refused(format!("SF0501 {:?}", error.kind))
}

#[test]
fn every_value_arrives_in_every_place_of_sql() {
    let planner = Planner::new("");
    let engine = DuckDb::open(&EngineConfig { threads: Some(1), ..EngineConfig::default() });
    let engine = engine.unwrap();
    let values = values::values();
    let mut session = engine.session().unwrap();
    let fates = PLACES.iter().flat_map(|place| values.iter().map(move |value| (place, value)));
    judge(fates.map(|(place, value)| {
        let fate = fate(&planner, session.as_mut(), place, value);
        (format!("SQL, {}", place.0), value.clone(), fate)
    }));
}

#[test]
fn no_value_is_refused_in_a_plain_string_but_those_with_a_nul() {
    let planner = Planner::new("");
    for value in values::values() {
        let plan = planner.plan("CREATE TABLE made AS SELECT '${v}', ${v};", &value);
        assert_eq!(plan.is_err(), value.contains('\0'), "{value:?}");
    }
}
