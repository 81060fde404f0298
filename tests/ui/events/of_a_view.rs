use ormcore::prelude::*;

#[derive(Model)]
#[model(read_only, validate = check)]
struct Name {
    name: String,
}

fn check(_name: &Name) -> ormcore::Result<()> {
    Ok(())
}

fn main() {}
