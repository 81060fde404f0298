//! PostgreSQL's own types, by their numbers (`pg_type.oid`, which are fixed for these).

/// A type as far as values travel: what is known of it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Scalar(Scalar),
    /// An array of these; the number is the element's.
    Array(Scalar, u32),
}

/// A type that is no array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Text,
    /// Text that is filled up with blanks, which are no part of it: `char(n)`.
    Blanked,
    Bytes,
    Date,
    Time,
    Timestamp,
    Timestamptz,
    Uuid,
    /// Travels as text: `numeric`.
    Numeric,
    /// Travels as text: `json`, `jsonb`.
    Json,
    /// Travels as text: enums, and all that is not known here.
    Other,
}

/// Scalar types, with their own number and that of their array.
const KNOWN: [(Scalar, u32, u32); 20] = [
    (Scalar::Int8, 20, 1016),
    (Scalar::Text, 25, 1009),
    (Scalar::Int4, 23, 1007),
    (Scalar::Bool, 16, 1000),
    (Scalar::Timestamptz, 1184, 1185),
    (Scalar::Float8, 701, 1022),
    (Scalar::Text, 1043, 1015),
    (Scalar::Timestamp, 1114, 1115),
    (Scalar::Date, 1082, 1182),
    (Scalar::Numeric, 1700, 1231),
    (Scalar::Uuid, 2950, 2951),
    (Scalar::Json, 3802, 3807),
    (Scalar::Int2, 21, 1005),
    (Scalar::Float4, 700, 1021),
    (Scalar::Bytes, 17, 1001),
    (Scalar::Time, 1083, 1183),
    (Scalar::Json, 114, 199),
    (Scalar::Blanked, 1042, 1014),
    (Scalar::Text, 19, 1003),
    (Scalar::Oid, 26, 1028),
];

impl Type {
    pub(super) fn of(oid: u32) -> Self {
        for (scalar, own, array) in KNOWN {
            if oid == own {
                return Type::Scalar(scalar);
            }
            if oid == array {
                return Type::Array(scalar, own);
            }
        }
        Type::Scalar(Scalar::Other)
    }

    /// Whether values travel in PostgreSQL's binary form; otherwise as text.
    pub(super) fn is_binary(self) -> bool {
        match self {
            Type::Scalar(scalar) | Type::Array(scalar, _) => scalar.is_binary(),
        }
    }
}

impl Scalar {
    pub(super) fn is_binary(self) -> bool {
        !matches!(self, Scalar::Numeric | Scalar::Json | Scalar::Other)
    }

    /// SQL's word, for messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Scalar::Bool => "boolean",
            Scalar::Int2 => "smallint",
            Scalar::Int4 => "integer",
            Scalar::Int8 => "bigint",
            Scalar::Oid => "oid",
            Scalar::Float4 => "real",
            Scalar::Float8 => "double precision",
            Scalar::Text => "text",
            Scalar::Blanked => "character",
            Scalar::Bytes => "bytea",
            Scalar::Date => "date",
            Scalar::Time => "time",
            Scalar::Timestamp => "timestamp",
            Scalar::Timestamptz => "timestamptz",
            Scalar::Uuid => "uuid",
            Scalar::Numeric => "numeric",
            Scalar::Json => "json",
            Scalar::Other => "a type of its own",
        }
    }
}
