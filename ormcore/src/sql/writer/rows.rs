//! What is written of many rows: groups, aggregates, windows, and rows under names.

use crate::sql::{Aggregate, AggregateFunction, CommonTable, Expr, Frame, FrameBound, FrameUnit, Window, Writer};

impl Writer<'_> {
    pub(super) fn with(&mut self, tables: Vec<CommonTable>) {
        if tables.is_empty() {
            return;
        }
        self.push(if tables.iter().any(|table| table.recursive) { "WITH RECURSIVE " } else { "WITH " });
        self.list(tables, |writer, table| {
            writer.name(table.name);
            writer.push(" AS (");
            writer.select(table.select);
            writer.push(")");
        });
        self.push(" ");
    }

    pub(super) fn groups(&mut self, group: Vec<Expr>, having: Option<Expr>) {
        if !group.is_empty() {
            self.push(" GROUP BY ");
            self.list(group, Self::expr);
        }
        if let Some(condition) = having {
            self.push(" HAVING ");
            self.expr(condition);
        }
    }

    /// Notes by what groups are made, where it has to be written in one way throughout.
    pub(super) fn add_keys(&mut self, group: &[Expr]) {
        if self.dialect.numbers_placeholders() {
            let computed = group.iter().filter(|key| !matches!(key, Expr::Column { .. }));
            self.keys.extend(computed.map(|key| (Some(key.clone()), None)));
        }
    }

    /// Appends the expression if groups are made by it, as it was written before: a value in it would be another value
    /// otherwise.
    pub(super) fn writes_key(&mut self, expr: &Expr) -> bool {
        let Some(index) = self.keys.iter().position(|(key, _)| key.as_ref() == Some(expr)) else {
            return false;
        };
        if let Some(text) = &self.keys[index].1 {
            self.sql.push_str(text);
            return true;
        }
        let (start, key) = (self.sql.len(), self.keys[index].0.take());
        self.expr(expr.clone());
        self.keys[index] = (key, Some(self.sql[start..].to_string()));
        true
    }

    pub(super) fn case(&mut self, branches: Vec<(Expr, Expr)>, otherwise: Option<Box<Expr>>) {
        self.push("CASE");
        for (condition, value) in branches {
            self.push(" WHEN ");
            self.expr(condition);
            self.push(" THEN ");
            self.expr(value);
        }
        if let Some(value) = otherwise {
            self.push(" ELSE ");
            self.expr(*value);
        }
        self.push(" END");
    }

    #[allow(clippy::boxed_local)]
    pub(super) fn aggregate(&mut self, aggregate: Box<Aggregate>) {
        let aggregate = *aggregate;
        let (open, close) = match (aggregate.function, aggregate.distinct) {
            (AggregateFunction::Own, _) => ("", ""),
            (_, true) => ("(DISTINCT ", ")"),
            (_, false) => ("(", ")"),
        };
        self.push(self.dialect.aggregate(aggregate.function));
        self.push(open);
        if aggregate.arguments.is_empty() {
            self.push("*");
        }
        self.list(aggregate.arguments, Self::expr);
        self.order_by(aggregate.order);
        self.push(close);
        if let Some(condition) = aggregate.filter {
            self.push(" FILTER (WHERE ");
            self.expr(condition);
            self.push(")");
        }
    }

    #[allow(clippy::boxed_local)]
    pub(super) fn window(&mut self, window: Box<Window>) {
        let window = *window;
        self.push(" OVER (");
        let is_partitioned = !window.partition.is_empty();
        if is_partitioned {
            self.push("PARTITION BY ");
            self.list(window.partition, Self::expr);
        }
        if !window.order.is_empty() {
            self.push(if is_partitioned { " ORDER BY " } else { "ORDER BY " });
            self.list(window.order, Self::order);
        }
        if let Some(frame) = window.frame {
            self.frame(frame);
        }
        self.push(")");
    }

    fn frame(&mut self, frame: Frame) {
        self.push(match frame.unit {
            FrameUnit::Rows => " ROWS BETWEEN ",
            FrameUnit::Range => " RANGE BETWEEN ",
            FrameUnit::Groups => " GROUPS BETWEEN ",
        });
        self.bound(frame.start, "UNBOUNDED PRECEDING");
        self.push(" AND ");
        self.bound(frame.end, "UNBOUNDED FOLLOWING");
    }

    fn bound(&mut self, bound: FrameBound, unbounded: &str) {
        match bound {
            FrameBound::Unbounded => self.push(unbounded),
            FrameBound::CurrentRow => self.push("CURRENT ROW"),
            FrameBound::Preceding(rows) => self.push(&format!("{rows} PRECEDING")),
            FrameBound::Following(rows) => self.push(&format!("{rows} FOLLOWING")),
        }
    }
}
