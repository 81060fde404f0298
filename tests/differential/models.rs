//! The models: a cell with columns of every type, its shelf, its marks, and a view of cells without their key.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use ormcore::prelude::*;
use ormcore::value::ColumnType;
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
pub(crate) enum Level {
    Low,
    High,
    #[column_type(rename = "it's \"odd\"")]
    Odd,
}

/// Declared in another order than that of the texts.
#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "diff_mood")]
pub(crate) enum Mood {
    Sad,
    Fine,
}

/// Gives a macro the types: the variant of a condition, the two columns, their constants, whether the databases agree
/// about the order of the values, the type, and a strategy of its values.
macro_rules! every_type {
    ($with:ident) => {
        $with! {
            Bool a_bool o_bool A_BOOL O_BOOL true bool, samples::truth();
            Short a_short o_short A_SHORT O_SHORT true i16, samples::short();
            Int a_int o_int A_INT O_INT true i32, samples::int();
            Long a_long o_long A_LONG O_LONG true i64, samples::long();
            Count a_count o_count A_COUNT O_COUNT true u32, samples::count();
            Single a_single o_single A_SINGLE O_SINGLE true f32, samples::single();
            Double a_double o_double A_DOUBLE O_DOUBLE true f64, samples::double();
            Text a_text o_text A_TEXT O_TEXT true String, samples::text();
            Bytes a_bytes o_bytes A_BYTES O_BYTES true Vec<u8>, samples::bytes();
            Level a_level o_level A_LEVEL O_LEVEL true Level, samples::level();
            Mood a_mood o_mood A_MOOD O_MOOD false Mood, samples::mood();
            Uuid a_uuid o_uuid A_UUID O_UUID true Uuid, samples::uuid();
            Decimal a_decimal o_decimal A_DECIMAL O_DECIMAL true Decimal, samples::decimal();
            Json a_json o_json A_JSON O_JSON false serde_json::Value, samples::json();
            Date a_date o_date A_DATE O_DATE true NaiveDate, samples::date();
            Time a_time o_time A_TIME O_TIME true NaiveTime, samples::time();
            DateTime a_datetime o_datetime A_DATETIME O_DATETIME true NaiveDateTime, samples::datetime();
            Instant a_instant o_instant A_INSTANT O_INSTANT true DateTime<Utc>, samples::instant();
            Longs a_longs o_longs A_LONGS O_LONGS false Vec<i64>, samples::longs();
            Texts a_texts o_texts A_TEXTS O_TEXTS false Vec<String>, samples::texts();
            SmallInt a_small o_small A_SMALL O_SMALL true i32, samples::small().prop_map(|number| number as i32);
            SmallLong b_small p_small B_SMALL P_SMALL true i64, samples::small();
            SmallDouble c_small q_small C_SMALL Q_SMALL true f64, samples::small().prop_map(|number| number as f64 / 4.0);
            SmallSingle d_small r_small D_SMALL R_SMALL true f32, samples::small().prop_map(|number| number as f32 / 10.0);
        }
    };
}
pub(crate) use every_type;

macro_rules! cell {
    ($($variant:ident $field:ident $option:ident $one:ident $maybe:ident $ordered:literal $ty:ty, $values:expr;)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "diff_cell")]
        pub(crate) struct Cell {
            #[column(primary_key)]
            pub(crate) id: i64,
            #[column(unique)]
            pub(crate) code: Option<i64>,
            #[column(default = 0, check = "size < 5")]
            pub(crate) size: i64,
            #[column(foreign_key = Shelf::ID)]
            pub(crate) shelf_id: Option<i64>,
            $(
                #[column(default = <$ty as ColumnType>::placeholder())]
                pub(crate) $field: $ty,
                pub(crate) $option: Option<$ty>,
            )*
            #[relationship(back_populates = "cells")]
            pub(crate) shelf: BelongsTo<Shelf>,
            #[relationship(secondary = "diff_cell_marks", back_populates = "cells")]
            pub(crate) marks: HasMany<Mark>,
        }
    };
}
every_type!(cell);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "diff_shelf")]
pub(crate) struct Shelf {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) rank: Option<i64>,
    #[relationship(back_populates = "shelf")]
    pub(crate) cells: HasMany<Cell>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "diff_mark")]
pub(crate) struct Mark {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) label: String,
    #[relationship(secondary = "diff_cell_marks", back_populates = "marks", order_by = Cell::A_TEXT)]
    pub(crate) cells: HasMany<Cell>,
}

/// Cells without their key: rows may be equal.
#[derive(Model, Debug, PartialEq)]
#[model(table = "diff_cell", read_only)]
pub(crate) struct Loose {
    pub(crate) a_bool: bool,
    pub(crate) o_bool: Option<bool>,
    pub(crate) o_level: Option<Level>,
    pub(crate) p_small: Option<i64>,
    pub(crate) q_small: Option<f64>,
}
