//! Who sees the model could not name the type of its key.
mod shop {
    use ormcore::prelude::*;

    #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
    #[column_type(auto)]
    struct OrderId(i64);

    #[derive(Model)]
    pub struct Order {
        #[column(primary_key, auto)]
        id: OrderId,
    }
}

fn main() {}
