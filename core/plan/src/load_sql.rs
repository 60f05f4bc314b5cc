use crate::{
    LoadStep, SqlText,
    sql_text::{Written, identifier},
};

impl LoadStep {
    /// The query for what is loaded, out of what stands behind FROM.
    #[must_use]
    pub fn selection(&self, from: &str) -> SqlText {
        let at = self.table.span;
        let mut sql = Written::default().stand_for(at, "SELECT ");
        for (number, column) in self.columns.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            sql = sql.stand_for(at, comma).stand_for(column.span, &identifier(&column.name));
        }
        let all = if self.columns.is_empty() { "*" } else { "" };
        sql = sql.stand_for(at, &format!("{all} FROM {from}"));
        match &self.filter {
            Some(filter) => sql.stand_for(at, " WHERE (").sql(filter).stand_for(at, ")").finish(),
            None => sql.finish(),
        }
    }
}
