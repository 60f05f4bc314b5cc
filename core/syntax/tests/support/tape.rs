//! Writes a pipeline as numbers decide, with white space and comments wherever they may stand.

/// A sound pipeline; each of its comments holds `c` and a number of its own.
pub(crate) fn pipeline(numbers: &[u16]) -> String {
    let mut tape = Tape { numbers, at: 0, out: String::new() };
    for _ in 0..=tape.below(5) {
        tape.statement(0);
    }
    tape.gap();
    number_comments(&tape.out)
}

/// Puts a number of its own in the place of every `@`.
fn number_comments(text: &str) -> String {
    let parts = text.split('@').enumerate();
    parts.map(|(n, part)| if n == 0 { part.to_owned() } else { format!("{n}{part}") }).collect()
}

const GAPS: &[&str] = &[
    " ",
    " ",
    " ",
    "\n",
    "\n\n\n",
    "\t",
    "\r\n",
    " /* c@ */ ",
    "/* c@ */",
    "\n/* c@ */\n",
    " /* c@ \n  two lines */ ",
    " -- c@ odd ;  \n",
    "\n  -- c@ ' \"\n",
    "-- c@ \r\n",
    "\n/* c@ /* in it */ */ -- c@ \n\n\n",
];

const QUERIES: &[&str] = &[
    "SELECT 1 AS n",
    "select a,b\n    from  t -- c@ inside\n\n   where x = 'Dr. Smith; --'",
    "FROM t",
    "WITH x AS (SELECT 1) SELECT * FROM x /* c@ end */",
    "VALUES (1, $q$ ; $q$)\r\n   ",
    "SELECT * FROM t WHERE a < 1 -- c@ last\n",
    "/* c@ first */ SELECT a::int, 1e3, \"odd name\", ${v|\"a } b\"} FROM t",
];

const PREDICATES: &[&str] = &["a > 5", "a IN (1,2)\n  AND b <> 'x;'", "mode = 1 -- c@ why\n"];

const NAMES: &[&str] = &["t", "Orders", "\"odd name\"", "mode", "\"type\"", "a_1", "é", "key"];

const VALUES: &[&str] = &[
    "\"text\"",
    "\"say \\\"hi\\\" \\t\"",
    "1.50",
    "-0e2",
    "true",
    "null",
    "${n|5}",
    "\"a long text that makes it probable that the value has no room on its line any more\"",
];

const OPERANDS: &[&str] = &["${env}", "'a''b'", "us-east-1", "-5.0", "TRUE", "null", "\"x\""];

struct Tape<'n> {
    numbers: &'n [u16],
    at: usize,
    out: String,
}

impl Tape<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        usize::from(number) % limit
    }

    fn one_of<'s>(&mut self, choices: &[&'s str]) -> &'s str {
        choices[self.below(choices.len())]
    }

    fn gap(&mut self) {
        let gap = self.one_of(GAPS);
        self.out.push_str(gap);
    }

    /// Writes a text with a gap before it.
    fn put(&mut self, text: &str) {
        self.gap();
        self.out.push_str(text);
    }

    /// Writes words, each in some case.
    fn words(&mut self, words: &str) {
        for word in words.split(' ') {
            let lower = self.below(2) == 0;
            self.put(&if lower { word.to_lowercase() } else { word.to_owned() });
        }
    }

    fn any_words(&mut self, choices: &[&str]) {
        let words = self.one_of(choices);
        self.words(words);
    }

    fn any(&mut self, choices: &[&str]) {
        let text = self.one_of(choices);
        self.put(text);
    }

    fn name(&mut self) {
        self.any(NAMES);
    }

    fn names(&mut self) {
        self.name();
        for _ in 0..self.below(3) {
            self.put(",");
            self.name();
        }
    }

    fn table(&mut self) {
        if self.below(3) == 0 {
            self.name();
            self.put(".");
        }
        self.name();
    }

    fn statement(&mut self, depth: usize) {
        match self.below(if depth < 3 { 9 } else { 7 }) {
            0 => self.source(),
            1 => self.load(),
            2 => self.create(),
            3 => self.export(),
            4 => self.set(),
            5 => self.include(),
            6 => self.test(),
            _ => self.block(depth),
        }
        self.put(";");
        if self.below(8) == 0 {
            self.put(";");
        }
    }

    fn source(&mut self) {
        self.words("SOURCE");
        self.name();
        if self.below(2) == 0 {
            self.words("TYPE");
            self.any(&["CSV", "'csv'", "\"x\""]);
            self.any_words(&["PARAMS", "OPTIONS"]);
            self.object(0);
        } else {
            self.any_words(&["FROM", "USING"]);
            self.any(&["\"shop\"", "'shop'"]);
            self.options();
        }
    }

    fn load(&mut self) {
        self.words("LOAD");
        self.table();
        if self.below(3) == 0 {
            self.put("(");
            self.names();
            self.put(")");
        }
        self.any_words(&["FROM", "USING"]);
        self.name();
        if self.below(2) == 0 {
            self.words("WHERE");
            self.any(PREDICATES);
        }
        self.clauses();
    }

    fn clauses(&mut self) {
        let first_options = self.below(4) == 0;
        if first_options {
            self.words("OPTIONS");
            self.object(0);
        }
        match self.below(4) {
            0 => self.any_words(&["MODE REPLACE", "MODE APPEND", "MODE DELETE INSERT"]),
            1 => self.incremental("MODE INCREMENTAL BY"),
            2 => self.upsert(),
            _ => {}
        }
        if self.below(3) == 0 && !first_options {
            self.options();
        }
    }

    fn upsert(&mut self) {
        let after = self.below(2) == 0;
        if !after {
            self.incremental("INCREMENTAL BY");
        }
        self.any_words(&["MODE UPSERT", "MODE MERGE"]);
        self.any_words(&["KEY", "KEYS", "MERGE_KEYS"]);
        if self.below(2) == 0 {
            self.put("(");
            self.names();
            self.put(")");
        } else {
            self.names();
        }
        if after {
            self.incremental("INCREMENTAL BY");
        }
    }

    fn incremental(&mut self, words: &str) {
        self.words(words);
        self.name();
        if self.below(2) == 0 {
            self.words("LOOKBACK");
            self.any(&["1", "7", "30"]);
            self.any_words(&["DAY", "MINUTES", "MONTHS", "HOUR"]);
        }
    }

    fn options(&mut self) {
        if self.below(2) == 0 {
            self.any_words(&["OPTIONS", "PARAMS"]);
            self.object(0);
        }
    }

    fn create(&mut self) {
        self.any_words(&["CREATE TABLE", "CREATE OR REPLACE TABLE", "CREATE VIEW"]);
        self.table();
        self.clauses();
        self.words("AS");
        self.any(QUERIES);
    }

    fn export(&mut self) {
        self.words("EXPORT");
        if self.below(3) == 0 {
            self.table()
        } else {
            self.any(QUERIES)
        }
        self.words("TO");
        self.any(&["\"output/a.csv\"", "'b''c'"]);
        if self.below(2) == 0 {
            self.words("TYPE CSV");
            self.clauses();
        } else {
            self.words("USING");
            self.any(&["\"shop\""]);
            self.clauses();
        }
    }

    fn set(&mut self) {
        self.words("SET");
        self.any(&["a", "B"]);
        self.put("=");
        self.any(&["'x'", "5 * 3", "\"a b\"", "a  -- c@ in it\n  b", "= ${x}", "${y|z}"]);
    }

    fn include(&mut self) {
        self.words("INCLUDE");
        self.put("'shared/a.sf'");
        if self.below(2) == 0 {
            self.words("AS");
            self.name();
        }
    }

    fn test(&mut self) {
        self.words("TEST");
        self.put("\"no ' quotes\"");
        self.words("ON");
        self.table();
        self.words("EXPECT");
        self.expectation();
        if self.below(3) == 0 {
            self.any_words(&["SEVERITY WARN", "SEVERITY ERROR"]);
        }
    }

    fn expectation(&mut self) {
        match self.below(6) {
            0 => {
                self.any_words(&["NOT_NULL", "UNIQUE"]);
                let bracket = self.below(2) == 0;
                self.put(if bracket { "(" } else { " " });
                self.names();
                self.put(if bracket { ")" } else { " " });
            }
            1 => {
                self.words("ACCEPTED_VALUES");
                self.name();
                self.put("(");
                self.any(&["'a', 'b;'", "1,\n  2 -- c@ two\n"]);
                self.put(")");
            }
            2 => {
                self.words("RELATIONSHIPS");
                self.name();
                self.words("REFERENCES");
                self.table();
                self.put("(");
                self.name();
                self.put(")");
            }
            3 => {
                self.words("FRESH");
                self.name();
                self.words("WITHIN");
                self.any(&["1", "2"]);
                self.any_words(&["WEEK", "HOURS"]);
            }
            4 => {
                self.words("ROWS");
                self.any(&["=", "==", ">=", "<>", "<"]);
                self.put("100");
            }
            _ => self.any(&QUERIES[..5]),
        }
    }

    fn block(&mut self, depth: usize) {
        self.words("IF");
        self.branch(depth);
        for _ in 0..self.below(3) {
            self.any(&["ELSE IF", "elseif", "ELSE /* c@ */ if"]);
            self.branch(depth);
        }
        if self.below(2) == 0 {
            self.put("ELSE\n");
            self.statements(depth);
        }
        self.any_words(&["END IF", "ENDIF"]);
    }

    fn branch(&mut self, depth: usize) {
        self.condition(0);
        self.words("THEN");
        self.statements(depth);
    }

    fn statements(&mut self, depth: usize) {
        for _ in 0..self.below(3) {
            self.statement(depth + 1);
        }
    }

    fn condition(&mut self, depth: usize) {
        let simple = if depth < 3 { 7 } else { 4 };
        match self.below(simple) {
            0 => self.any(OPERANDS),
            1 => {
                self.any(OPERANDS);
                self.any_words(&["IS NULL", "IS NOT NONE"]);
            }
            2 => {
                self.any(OPERANDS);
                self.any_words(&["IN", "NOT IN"]);
                self.put("(");
                self.any(OPERANDS);
                self.put(",");
                self.any(OPERANDS);
                self.put(")");
            }
            3 => {
                self.any(OPERANDS);
                self.any(&["=", "==", "<>", "!=", "<", "<=", ">", ">="]);
                self.any(OPERANDS);
            }
            4 => {
                self.put("(");
                self.condition(depth + 1);
                self.put(")");
            }
            5 => {
                self.words("NOT");
                self.condition(depth + 1);
            }
            _ => {
                self.condition(depth + 1);
                self.any_words(&["AND", "OR"]);
                self.condition(depth + 1);
            }
        }
    }

    fn object(&mut self, depth: usize) {
        self.put("{");
        let count = self.below(4);
        for index in 0..count {
            self.put(&format!("\"key{index}\""));
            self.put(":");
            self.value(depth);
            if index + 1 < count || self.below(3) == 0 {
                self.put(",");
            }
        }
        self.put("}");
    }

    fn value(&mut self, depth: usize) {
        match self.below(if depth < 3 { 8 } else { 6 }) {
            6 => self.object(depth + 1),
            7 => {
                self.put("[");
                for _ in 0..self.below(4) {
                    self.value(depth + 1);
                    self.put(",");
                }
                self.put("]");
            }
            _ => self.any(VALUES),
        }
    }
}
