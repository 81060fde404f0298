//! Relationships: what foreign keys lead to, from both of their ends.

use super::fields::Model;
use super::keys::{Key, constant};
use super::names::{self, Given};

/// A field that stands for rows of another model.
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) side: &'static str,
    /// The other struct.
    pub(super) target: String,
    /// What `#[relationship(..)]` says.
    pub(super) says: Vec<String>,
}

/// A foreign key to a model that a relationship can go by.
struct Edge {
    child: usize,
    parent: usize,
    /// The fields that point.
    columns: Vec<usize>,
    /// One that no other key to this parent has.
    named: usize,
    /// Whether there are several to this parent.
    is_one_of_several: bool,
    /// Whether a parent has one child at most.
    is_single: bool,
    /// What it is called at the child.
    name: String,
}

/// Finds the relationships of all models.
pub(super) fn find(models: &mut [Model<'_>]) {
    let mut given: Vec<Given> = models.iter().map(taken).collect();
    let (mut edges, lost) = edges(models);
    for (model, columns) in lost {
        models[model].notes.push(format!(
            "The foreign key of `{columns}` has no relationship: others to its table have each of its columns."
        ));
    }
    for edge in &mut edges {
        edge.name = given[edge.child].give(&names_of_parent(models, edge));
        let says = said_key(models, edge.child, edge.named, edge.is_one_of_several);
        let (name, target) = (edge.name.clone(), models[edge.parent].name.clone());
        models[edge.child].relations.push(Relation { name, side: "BelongsTo", target, says });
    }
    let links = links(models, &edges);
    for edge in &edges {
        if links.iter().any(|link| link.is_pure && link.model == edge.child) {
            continue;
        }
        let name = given[edge.parent].give(&names_of_children(models, edge));
        let says = said_key(models, edge.child, edge.named, edge.is_one_of_several);
        let side = if edge.is_single { "HasOne" } else { "HasMany" };
        let target = models[edge.child].name.clone();
        models[edge.parent].relations.push(Relation { name, side, target, says });
    }
    for link in &links {
        for [near, far] in [[link.first, link.second], [link.second, link.first]] {
            let (near, far) = (&edges[near], &edges[far]);
            let link = &models[link.model];
            let mut says = vec![format!("secondary = {}", link.name)];
            let is_own = near.parent == far.parent;
            let by_key = names::plural(&far.name);
            let of_target = names::plural(&names::snake(&models[far.parent].name));
            let through = format!("{of_target}_through_{}", names::snake(&link.name));
            says.extend(is_own.then(|| format!("foreign_key = {}", constant(link, near.named))));
            let names = if is_own { vec![by_key, through] } else { vec![of_target, by_key, through] };
            let (name, target) = (given[near.parent].give(&names), models[far.parent].name.clone());
            models[near.parent].relations.push(Relation { name, side: "HasMany", target, says });
        }
    }
}

/// The names that a relationship of the model cannot have.
fn taken(model: &Model<'_>) -> Given {
    let mut given = Given::of(names::METHODS.split(' '));
    for field in &model.fields {
        given.give(std::slice::from_ref(&field.name));
    }
    given
}

/// The foreign keys to models; and those, with their models, that no column tells from another one.
fn edges(models: &[Model<'_>]) -> (Vec<Edge>, Vec<(usize, String)>) {
    let (mut edges, mut lost) = (Vec::new(), Vec::new());
    for (child, model) in models.iter().enumerate() {
        for key in &model.keys {
            let Some(parent) = key.parent() else { continue };
            let is_other = |other: &&Key| !std::ptr::eq(*other, key) && other.parent() == Some(parent);
            let others: Vec<&Key> = model.keys.iter().filter(is_other).collect();
            let is_own = |field: &&usize| !others.iter().any(|other| other.columns.contains(field));
            let Some(named) = key.columns.iter().find(is_own).copied() else {
                lost.push((child, model.columns(&key.columns).join(", ")));
                continue;
            };
            edges.push(Edge {
                child,
                parent,
                columns: key.columns.clone(),
                named,
                is_one_of_several: !others.is_empty(),
                is_single: model.is_unique(&key.columns),
                name: String::new(),
            });
        }
    }
    (edges, lost)
}

fn said_key(models: &[Model<'_>], holder: usize, field: usize, is_needed: bool) -> Vec<String> {
    is_needed.then(|| format!("foreign_key = {}", constant(&models[holder], field))).into_iter().collect()
}

/// `author_id` leads to the `author`; a column of another name to the row of its table, if only one does.
fn names_of_parent(models: &[Model<'_>], edge: &Edge) -> Vec<String> {
    let parent = names::snake(&models[edge.parent].name);
    let column = models[edge.child].fields[edge.named].name.as_str();
    let cut = ["_id", "_uuid", "_key", "_code"].iter().find_map(|end| column.strip_suffix(end));
    let cut = cut.filter(|name| edge.columns.len() == 1 && name.contains(|letter: char| letter.is_alphabetic()));
    let fields: Vec<&str> = edge.columns.iter().map(|at| models[edge.child].fields[*at].name.as_str()).collect();
    let long = format!("{}_row", fields.join("_"));
    let is_clear = !edge.is_one_of_several && edge.child != edge.parent;
    cut.map(str::to_string).into_iter().chain(is_clear.then_some(parent)).chain([long]).collect()
}

/// The children of a row, by what they call it where they may call it several things.
fn names_of_children(models: &[Model<'_>], edge: &Edge) -> Vec<String> {
    let one = names::snake(&models[edge.child].name);
    let name = if edge.is_single { one } else { names::plural(&one) };
    let by = format!("{name}_by_{}", edge.name);
    if edge.is_one_of_several || edge.child == edge.parent { vec![by] } else { vec![name, by] }
}

/// A table whose rows each link two rows of others, by the places of its two foreign keys.
struct Link {
    model: usize,
    first: usize,
    second: usize,
    /// Whether it has nothing else.
    is_pure: bool,
}

fn links(models: &[Model<'_>], edges: &[Edge]) -> Vec<Link> {
    let of = |model: usize| -> Option<Link> {
        let own: Vec<usize> = (0..edges.len()).filter(|edge| edges[*edge].child == model).collect();
        let [first, second] = own[..] else { return None };
        let (one, two) = (&edges[first], &edges[second]);
        let both: Vec<usize> = one.columns.iter().chain(&two.columns).copied().collect();
        let is_apart = !one.columns.iter().any(|column| two.columns.contains(column));
        let is_many = !one.is_single && !two.is_single;
        let of = &models[model];
        let is_written = [model, one.parent, two.parent].iter().all(|place| !models[*place].read_only);
        let is_link = is_apart
            && is_many
            && of.keys.len() == 2
            && of.is_unique(&both)
            && one.parent != model
            && two.parent != model;
        let is_pure = (0..of.fields.len()).all(|field| both.contains(&field) || of.fields[field].is_key);
        (is_link && is_written).then_some(Link { model, first, second, is_pure })
    };
    (0..models.len()).filter_map(of).collect()
}
