//! The entities, in SeaORM's dense format.

use peers_protocol as protocol;
use protocol::{Change, content};
use sea_orm::{NotSet, Set};

pub(crate) mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub email: String,
        pub age: i32,
        pub score: f64,
        pub bio: Option<String>,
        #[sea_orm(has_many)]
        pub posts: HasMany<super::post::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod post {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub title: String,
        pub body: String,
        pub likes: i32,
        #[sea_orm(belongs_to, from = "user_id", to = "id")]
        pub user: BelongsTo<super::user::Entity>,
        #[sea_orm(has_many)]
        pub comments: HasMany<super::comment::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod comment {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "comments")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub post_id: i64,
        pub body: String,
        #[sea_orm(belongs_to, from = "post_id", to = "id")]
        pub post: BelongsTo<super::post::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod page {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pages")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        pub body: String,
        #[sea_orm(has_many, via = "page_tag")]
        pub tags: HasMany<super::tag::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod tag {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tags")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub label: String,
        #[sea_orm(has_many, via = "page_tag")]
        pub pages: HasMany<super::page::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod page_tag {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "page_tags")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub page_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag_id: i64,
        #[sea_orm(belongs_to, from = "page_id", to = "id")]
        pub page: BelongsTo<super::page::Entity>,
        #[sea_orm(belongs_to, from = "tag_id", to = "id")]
        pub tag: BelongsTo<super::tag::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod word {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "words")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub label: String,
        pub uses: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod wide {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "wides")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        pub subtitle: Option<String>,
        pub summary: String,
        pub author: String,
        pub editor: Option<String>,
        pub language: String,
        pub pages: i32,
        pub edition: i32,
        pub year: i32,
        pub stock: i64,
        pub sold: i64,
        pub returned: Option<i64>,
        pub price: f64,
        pub discount: Option<f64>,
        pub weight: f64,
        pub rating: f64,
        pub available: bool,
        pub featured: bool,
        pub cover: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

macro_rules! loaded {
    ($relation:expr) => {
        match $relation {
            sea_orm::entity::compound::HasMany::Loaded(rows) => Some(rows),
            sea_orm::entity::compound::HasMany::Unloaded => None,
        }
    };
}

content!(user::Model: id, name, email, age, score, bio);
content!(user::ModelEx: id, name, email, age, score, bio; |user| loaded!(&user.posts));
content!(post::Model: id, user_id, title, body, likes);
content!(post::ModelEx: id, user_id, title, body, likes; |post| loaded!(&post.comments));
content!(comment::ModelEx: id, post_id, body);
content!(page::ModelEx: id, title, body; |page| loaded!(&page.tags));
content!(tag::ModelEx: id, label);
content!(word::Model: label, uses);
content!(wide::Model: id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, sold, returned,
    price, discount, weight, rating, available, featured, cover);

pub(crate) fn new_user(user: protocol::NewUser) -> user::ActiveModel {
    let protocol::NewUser { name, email, age, score, bio } = user;
    user::ActiveModel {
        id: NotSet,
        name: Set(name),
        email: Set(email),
        age: Set(age),
        score: Set(score),
        bio: Set(bio),
    }
}

/// All columns of a user, to be written.
pub(crate) fn active_user(user: protocol::User) -> user::ActiveModel {
    let id = user.id;
    let protocol::User { name, email, age, score, bio, .. } = user;
    let new = new_user(protocol::NewUser { name, email, age, score, bio });
    user::ActiveModel { id: sea_orm::Unchanged(id), ..new }
}

/// A user with what has changed, to be written.
pub(crate) fn changed(user: user::Model, change: Change) -> user::ActiveModel {
    let mut user = user::ActiveModel::from(user);
    user.age = Set(change.age);
    user.score = Set(change.score);
    user
}
