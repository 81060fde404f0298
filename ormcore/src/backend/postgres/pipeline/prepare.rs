//! How the server comes to know the statements of a batch.

use std::sync::Arc;

use super::{Failure, Flight, LONGEST_NAMED, Position};
use crate::backend::postgres::cache::{Prepared, fields, parameters};
use crate::backend::postgres::connection::PostgresConnection;
use crate::backend::postgres::options::Pooler;
use crate::backend::postgres::types::{Scalar, Type};
use crate::error::Result;
use crate::sql::dialect::postgres::catalog::base_type;

impl PostgresConnection {
    /// Sees to it that the server knows the statements of the batch.
    pub(super) fn prepare(&mut self, flight: &mut Flight<'_>) -> Result<(), Failure> {
        for name in self.cache.unneeded.drain(..) {
            self.wire.out.close_statement(&name);
        }
        flight.spare.prepared.extend(flight.batch.iter().map_while(|at| self.cache.get(&at.sql)));
        if flight.spare.prepared.len() < flight.batch.len() {
            flight.spare.prepared = self.prepare_unknown(flight)?;
        }
        Ok(())
    }

    /// Has the server prepare those statements of the batch that it does not know.
    fn prepare_unknown(&mut self, flight: &mut Flight<'_>) -> Result<Vec<Arc<Prepared>>, Failure> {
        let mut asked = Vec::new();
        let prepared = self.ask_unknown(flight, &mut asked);
        if prepared.is_err() {
            // The server keeps those that came before what it refused. To close one that is not there is no error.
            self.cache.unneeded.extend(asked.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()));
        }
        prepared
    }

    /// As [`Self::prepare_unknown`]; notes under which names it asked for which statements.
    fn ask_unknown(
        &mut self,
        flight: &mut Flight<'_>,
        asked: &mut Vec<(usize, String)>,
    ) -> Result<Vec<Arc<Prepared>>, Failure> {
        let batch = flight.batch;
        let mut known: Vec<Option<Arc<Prepared>>> = batch.iter().map(|at| self.cache.get(&at.sql)).collect();
        // Before any of them is written.
        batch.iter().try_for_each(|at| self.wire.out.check_sql(&at.sql))?;
        for (index, statement) in batch.iter().enumerate() {
            let is_asked = asked.iter().any(|(other, _)| batch[*other].sql == statement.sql);
            if known[index].is_none() && !is_asked {
                let is_unnamed =
                    self.pooler == Pooler::Transaction || statement.raw && statement.sql.len() > LONGEST_NAMED;
                let name = if is_unnamed { String::new() } else { self.cache.fresh_name() };
                self.wire.out.parse(&name, &statement.sql, &[])?;
                self.wire.out.describe_statement(&name);
                asked.push((index, name));
            }
        }
        if !asked.is_empty() {
            self.wire.out.flush();
            self.wire.flush()?;
            self.take_queued()??;
            let mut described = Vec::with_capacity(asked.len());
            for (index, name) in asked.iter() {
                flight.next = Position { statement: *index, execution: 0 };
                described.push((*index, self.described(name.clone(), &batch[*index].sql)?));
            }
            flight.fresh.extend(described.iter().map(|(index, _)| *index));
            self.learn_types(described.iter().map(|(_, prepared)| prepared))?;
            for (index, mut prepared) in described {
                self.cache.resolve(&mut prepared.parameters, &mut prepared.fields);
                prepared.fields.iter_mut().for_each(|field| field.is_binary = field.kind.is_binary());
                let prepared = Arc::new(prepared);
                if !prepared.name.is_empty() || self.pooler == Pooler::Transaction {
                    self.cache.insert(batch[index].sql.clone(), Arc::clone(&prepared));
                }
                let same = known.iter_mut().enumerate().filter(|(other, _)| batch[*other].sql == batch[index].sql);
                same.for_each(|(_, known)| *known = Some(Arc::clone(&prepared)));
            }
            flight.next = flight.first;
        }
        Ok(known.into_iter().flatten().collect())
    }

    /// Takes the answers to Parse and Describe.
    fn described(&mut self, name: String, sql: &str) -> Result<Prepared, Failure> {
        let mut prepared = Prepared { name, parameters: Vec::new(), fields: Vec::new() };
        loop {
            let message = self.answer()?;
            let body = self.wire.body(&message);
            match message.tag {
                b't' => prepared.parameters = parameters(body)?,
                b'T' => {
                    prepared.fields = fields(body, false)?;
                    return Ok(prepared);
                }
                b'n' => return Ok(prepared),
                b'E' => return Err(self.server_error(&message, Some(sql), false).into()),
                _ => {}
            }
        }
    }

    /// Asks which of the types that are not known here are arrays.
    fn learn_types<'p>(&mut self, described: impl Iterator<Item = &'p Prepared>) -> Result<()> {
        let unknown = self.cache.unknown_types(described);
        if unknown.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = unknown.iter().map(u32::to_string).collect();
        let found = self.first_row(&format!(
            "SELECT string_agg(a.oid || ' ' || e.oid || ' ' || b.id, ' ') FROM pg_catalog.pg_type a \
             JOIN pg_catalog.pg_type e ON e.oid = a.typelem AND e.typarray = a.oid AND e.typdelim = ',' \
             CROSS JOIN LATERAL ({}) b WHERE a.oid IN ({})",
            base_type("oid = e.oid"),
            list.join(", ")
        ))?;
        let words = found.first().and_then(Option::as_deref).unwrap_or_default();
        let mut numbers = words.split(' ').filter_map(|word| word.parse().ok());
        self.cache.types.extend(unknown.into_iter().map(|oid| (oid, Type::Scalar(Scalar::Other))));
        // The elements of a domain are as those of the type that it restricts. What is written in another way than arrays
        // are, as `box[]` and `int2vector`, stays text.
        while let (Some(array), Some(element), Some(base)) = (numbers.next(), numbers.next(), numbers.next()) {
            let scalar = if let Type::Scalar(scalar) = Type::of(base) { scalar } else { Scalar::Other };
            self.cache.types.insert(array, Type::Array(scalar, element));
        }
        Ok(())
    }
}
