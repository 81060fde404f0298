//! What the compiler says about a relationship that cannot be.

use crate::relation::link::Names;
use crate::schema::{Column, Said};

/// A message about a relationship, put together when the program is compiled.
pub(crate) struct Message(Said);

impl Message {
    pub(crate) const fn new(names: &Names) -> Self {
        let message = Message(Said::NOTHING);
        message.add("the relationship `").add(names.model).add("::").add(names.field).add("` ")
    }

    const fn add(self, part: &str) -> Self {
        Message(self.0.add(part))
    }

    const fn add_constant(self, column: &Column) -> Self {
        Message(self.0.add_constant(column))
    }

    const fn add_path(self, column: &Column) -> Self {
        Message(self.0.add_path(column))
    }

    #[track_caller]
    const fn tell(&self) -> ! {
        self.0.tell()
    }

    #[track_caller]
    pub(crate) const fn no_key(self, child: &str, [parent, key]: [&str; 2]) -> ! {
        self.add("needs a foreign key of `")
            .add(child)
            .add("` to `")
            .add(parent)
            .add("`, and there is none: add `#[column(foreign_key = ")
            .add(parent)
            .add("::")
            .add(key)
            .add(")]` to a field of `")
            .add(child)
            .add("`")
            .tell()
    }

    #[track_caller]
    pub(crate) const fn other_key(self, child: &str, parent: &str, column: &str) -> ! {
        self.add("names the column `")
            .add(column)
            .add("` of `")
            .add(child)
            .add("`, which is no foreign key to `")
            .add(parent)
            .add("`: name one that is, or leave `foreign_key` out")
            .tell()
    }

    /// The table may have the column, and this model of it not.
    #[track_caller]
    pub(crate) const fn no_column(self, child: &str, parent: &str, [table, column]: [&str; 2]) -> ! {
        self.add("needs the column `")
            .add(column)
            .add("` of the table `")
            .add(table)
            .add("`, to which a foreign key of `")
            .add(child)
            .add("` leads, and `")
            .add(parent)
            .add("` does not have it: add it there, or correct the foreign key")
            .tell()
    }

    #[track_caller]
    pub(crate) const fn ambiguous(self, child: &str, parent: &str, [one, other]: [&Column; 2]) -> ! {
        self.add("is ambiguous, for `")
            .add(child)
            .add("` has several foreign keys to `")
            .add(parent)
            .add("`: say which with `#[relationship(foreign_key = ")
            .add(child)
            .add("::")
            .add_constant(one)
            .add(")]`, or `")
            .add(child)
            .add("::")
            .add_constant(other)
            .add("`")
            .tell()
    }

    /// A key for each column of the parent's, each with the field of the child and the column that it points to.
    #[track_caller]
    pub(crate) const fn split(self, child: &str, parent: &str, parts: &[[&'static Column; 2]]) -> ! {
        let mut message = self.add("needs one foreign key of `").add(child).add("` to `").add(parent).add(
            "`, whose primary key has several columns, and there is one for each of them: write \
                  `#[model(foreign_key(columns(",
        );
        let mut at = 0;
        while at < parts.len() {
            message = message.add(if at == 0 { "" } else { ", " }).add_path(parts[at][0]);
            at += 1;
        }
        message = message.add("), references(");
        at = 0;
        while at < parts.len() {
            message = message.add(if at == 0 { "" } else { ", " }).add(parent).add("::").add(parts[at][1].constant);
            at += 1;
        }
        message.add(")))]` on `").add(child).add("` instead").tell()
    }

    /// The foreign key is on the other side.
    #[track_caller]
    pub(crate) const fn other_way(self, child: &str, [parent, key]: [&str; 2], side: &str, target: &str) -> ! {
        self.add("needs a foreign key of `")
            .add(child)
            .add("` to `")
            .add(parent)
            .add("`, and there is only one of `")
            .add(parent)
            .add("` to `")
            .add(child)
            .add("`: give the field the type `")
            .add(side)
            .add("<")
            .add(target)
            .add(">`, or add `#[column(foreign_key = ")
            .add(parent)
            .add("::")
            .add(key)
            .add(")]` to a field of `")
            .add(child)
            .add("`")
            .tell()
    }

    /// A link between rows of one model, and nothing says which of its keys is whose.
    #[track_caller]
    pub(crate) const fn ambiguous_near(self, link: &str, model: &str, [one, other]: [&Column; 2]) -> ! {
        self.add("is ambiguous, for `")
            .add(link)
            .add("` has several foreign keys to `")
            .add(model)
            .add("`: say which is that of the row itself with `#[relationship(foreign_key = ")
            .add(link)
            .add("::")
            .add_constant(one)
            .add(")]`, or `")
            .add(link)
            .add("::")
            .add_constant(other)
            .add("`; the other one leads on")
            .tell()
    }

    /// No attribute could say which key leads on.
    #[track_caller]
    pub(crate) const fn ambiguous_far(self, link: &str, target: &str, [one, other]: [&Column; 2]) -> ! {
        self.add("is ambiguous, for several foreign keys of `")
            .add(link)
            .add("` could lead on to `")
            .add(target)
            .add("`, such as `")
            .add_constant(one)
            .add("` and `")
            .add_constant(other)
            .add("`: a link table has one; or make it a relationship to the rows of `")
            .add(link)
            .add("` themselves, `HasMany<")
            .add(link)
            .add(">`")
            .tell()
    }

    #[track_caller]
    pub(crate) const fn no_second_key(self, link: &str, [target, key]: [&str; 2]) -> ! {
        self.add("needs two foreign keys of `")
            .add(link)
            .add("` to `")
            .add(target)
            .add("`, and there is one: add `#[column(foreign_key = ")
            .add(target)
            .add("::")
            .add(key)
            .add(")]` to another field of `")
            .add(link)
            .add("`")
            .tell()
    }

    #[track_caller]
    pub(crate) const fn bare_without_key(self, model: &str) -> ! {
        self.add("has a bare link table, which holds the primary keys of both models, and `")
            .add(model)
            .add("` has none: give it one, or name a link model with `secondary = Model`")
            .tell()
    }

    #[track_caller]
    pub(crate) const fn one_sided(self) -> ! {
        self.add(
            "has a `filter`, and no other side: what leads back does not know which of its rows meet the condition; name \
             the relationship without it in `back_populates`, or leave that out",
        )
        .tell()
    }

    #[track_caller]
    pub(crate) const fn no_pair(self, model: &str, field: &str) -> ! {
        self.add("and `")
            .add(model)
            .add("::")
            .add(field)
            .add(
                "` are no pair: they do not stand on the same foreign key or link table; \
                  say which with `#[relationship(foreign_key = ..)]`, or leave `back_populates` out",
            )
            .tell()
    }
}
