use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::io;
use std::sync::Arc;

use super::renaming;
use super::row::Field;
use super::types::{Scalar, Type};
use super::wire::Body;

/// A statement as the server knows it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The name under which the server keeps it; empty where it keeps none.
    pub(super) name: String,
    /// The numbers of the parameters' types, and what is known of them.
    pub(super) parameters: Vec<(u32, Type)>,
    pub(super) fields: Vec<Field>,
}

/// The prepared statements of one connection, by their texts.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// What has been asked about types, by their numbers.
    pub(super) types: HashMap<u32, Type>,
    entries: HashMap<Cow<'static, str>, Entry, BuildHasherDefault<TextHasher>>,
    /// The names of statements that the server still keeps and nobody needs.
    pub(super) unneeded: Vec<String>,
    uses: u64,
    names: u64,
}

/// Hashes the texts of statements, eight bytes at a time: the standard hasher takes as long for one as all else that finds
/// it. No more than [`CAPACITY`] of them can meet, whoever writes them.
#[derive(Debug, Default)]
struct TextHasher(u64);

impl TextHasher {
    /// The odd number next to 2^64 divided by the golden ratio.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(Self::SPREAD);
    }
}

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        rest.iter().for_each(|byte| self.add((*byte).into()));
    }

    fn finish(&self) -> u64 {
        // The table looks at the lowest bits, and at the highest.
        self.0 ^ (self.0 >> 32)
    }
}

#[derive(Debug)]
struct Entry {
    prepared: Arc<Prepared>,
    last_use: u64,
    /// Whether names may stand for something else behind it, where that was asked.
    may_rename: Option<bool>,
}

/// More texts than this are not kept: the one that was not used for longest goes.
const CAPACITY: usize = 256;

impl Cache {
    /// The types in the statements of which nothing is known.
    pub(super) fn unknown_types<'p>(&self, described: impl Iterator<Item = &'p Prepared>) -> Vec<u32> {
        let mut unknown = Vec::new();
        for prepared in described {
            let parameters = prepared.parameters.iter().copied();
            let fields = prepared.fields.iter().map(|field| (field.oid, field.kind));
            for (oid, kind) in parameters.chain(fields) {
                let is_unknown = kind == Type::Scalar(Scalar::Other);
                if is_unknown && !self.types.contains_key(&oid) && !unknown.contains(&oid) {
                    unknown.push(oid);
                }
            }
        }
        unknown
    }

    /// Says what is known by now of types that were asked about.
    pub(super) fn resolve(&self, parameters: &mut [(u32, Type)], fields: &mut [Field]) {
        for (oid, kind) in parameters {
            *kind = self.types.get(oid).copied().unwrap_or(*kind);
        }
        for field in fields {
            field.kind = self.types.get(&field.oid).copied().unwrap_or(field.kind);
        }
    }

    pub(super) fn get(&mut self, sql: &str) -> Option<Arc<Prepared>> {
        let entry = self.entries.get_mut(sql)?;
        self.uses += 1;
        entry.last_use = self.uses;
        Some(Arc::clone(&entry.prepared))
    }

    /// Whether names may stand for something else behind this SQL: the text of a statement that is kept is read once.
    pub(super) fn may_rename(&mut self, sql: &str) -> bool {
        match self.entries.get_mut(sql) {
            Some(entry) => *entry.may_rename.get_or_insert_with(|| renaming::may_rename(sql)),
            None => renaming::may_rename(sql),
        }
    }

    /// A name that no statement of this connection had.
    pub(super) fn fresh_name(&mut self) -> String {
        self.names += 1;
        format!("ormcore{}", self.names)
    }

    /// Keeps a statement.
    pub(super) fn insert(&mut self, sql: Cow<'static, str>, prepared: Arc<Prepared>) {
        if self.entries.len() >= CAPACITY {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_use).map(|(sql, _)| sql.clone());
            oldest.iter().for_each(|sql| self.remove(sql));
        }
        self.remove(&sql);
        self.uses += 1;
        self.entries.insert(sql, Entry { prepared, last_use: self.uses, may_rename: None });
    }

    pub(super) fn remove(&mut self, sql: &str) {
        if let Some(entry) = self.entries.remove(sql) {
            // The batch that is about to run may still need it: it is closed before the next one.
            self.unneeded.extend(Some(entry.prepared.name.clone()).filter(|name| !name.is_empty()));
        }
    }

    /// Has all of them prepared again when they are needed.
    pub(super) fn close_all(&mut self) {
        let names = self.entries.drain().map(|(_, entry)| entry.prepared.name.clone());
        self.unneeded.extend(names.filter(|name| !name.is_empty()));
    }

    /// Forgets them all: the server has.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.unneeded.clear();
    }
}

/// Reads a ParameterDescription.
pub(super) fn parameters(body: &[u8]) -> io::Result<Vec<(u32, Type)>> {
    let mut body = Body(body);
    let count = body.i16()? as u16;
    (0..count).map(|_| body.u32().map(|oid| (oid, Type::of(oid)))).collect()
}

/// Reads a RowDescription; only that of a portal says how the values travel.
pub(super) fn fields(body: &[u8], of_portal: bool) -> io::Result<Vec<Field>> {
    let mut body = Body(body);
    let count = body.i16()? as u16;
    let mut fields = Vec::with_capacity(count.into());
    for _ in 0..count {
        let name = body.text()?.to_string();
        // The table and the number of the column in it.
        body.take(6)?;
        let oid = body.u32()?;
        let kind = Type::of(oid);
        // The type's size and modifier.
        body.take(6)?;
        let format = body.i16()?;
        let is_binary = if of_portal { format == 1 } else { kind.is_binary() };
        fields.push(Field { name, oid, kind, is_binary });
    }
    Ok(fields)
}
