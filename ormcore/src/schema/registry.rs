use crate::error::{Error, Result};
use crate::schema::Table;

/// A model that is linked into the program; the derive submits one for each.
#[derive(Debug)]
pub struct Registered(pub &'static Table);

inventory::collect!(Registered);

/// Every table that the program declares, by name; those of read-only models, such as views, are others' to create.
///
/// # Errors
/// If two models have the same table: which of them would describe it?
pub(crate) fn tables() -> Result<Vec<&'static Table>> {
    let linked = inventory::iter::<Registered>.into_iter().map(|registered| registered.0);
    let mut tables: Vec<&'static Table> = linked.filter(|table| !table.read_only).collect();
    tables.sort_by_key(|table| (table.schema, table.name, table.module, table.model));
    for pair in tables.windows(2) {
        if (pair[0].schema, pair[0].name) == (pair[1].schema, pair[1].name) {
            return Err(Error::schema(format!(
                "the models `{}` and `{}` both have the table `{}`: give one of them another with `#[model(table = \"..\")]`, \
                 or create tables one by one with `create_tables`",
                pair[0].model_path(),
                pair[1].model_path(),
                pair[0].name,
            )));
        }
    }
    Ok(tables)
}
