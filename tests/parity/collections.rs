//! Several relationships at once, two of them to the same model.

use ormcore::Result;
use ormcore::prelude::*;
use serde_json::{Value, json};

use crate::golden::{EAGER, FOUR, Scenarios, load, pairs};
use crate::models::{Match, Person, Team};
use crate::shapes::{dataset_names, list};

pub(crate) fn scenarios(all: &mut Scenarios) {
    all.each("two many-to-one to one model", pairs(&FOUR, &FOUR), |[home, away], db| {
        let matches = Match::query().order_by(Match::ID).with(load!(home, Match::HOME)).with(load!(away, Match::AWAY));
        list(&matches.all(db)?, |played| Ok(json!([played.home(db)?.name, played.away(db)?.name])))
    });
    all.each("two one-to-many to one model", pairs(&FOUR, &FOUR), |[home, away], db| {
        let teams = Team::query().order_by(Team::ID);
        let teams = teams.with(load!(home, Team::HOME_MATCHES)).with(load!(away, Team::AWAY_MATCHES)).all(db)?;
        list(&teams, |team| {
            let ids = |matches: &[Match]| matches.iter().map(|played| played.id).collect::<Vec<_>>();
            Ok(json!([team.name, ids(team.home_matches(db)?), ids(team.away_matches(db)?)]))
        })
    });
    all.each("two collections at once", pairs(&FOUR, &FOUR), |[one, two], db| {
        let people = Person::query().order_by(Person::ID);
        holdings(&people.with(load!(one, Person::DATASETS)).with(load!(two, Person::ADDRESSES)).all(db)?, db)
    });
    all.each("two collections at once, limit counts parents", pairs(&EAGER, &EAGER), |[one, two], db| {
        let people = Person::query().order_by((Person::NAME.desc(), Person::ID)).limit(3);
        holdings(&people.with(load!(one, Person::DATASETS)).with(load!(two, Person::ADDRESSES)).all(db)?, db)
    });
    all.each("a collection and a one-to-one at once", pairs(&EAGER, &EAGER), |[one, two], db| {
        let people = Person::query().order_by(Person::ID).limit(3);
        let people = people.with(load!(one, Person::DATASETS)).with(load!(two, Person::LICENCE)).all(db)?;
        list(&people, |person| {
            let number = person.licence(db)?.map(|licence| &licence.number);
            Ok(json!([person.name, dataset_names(person.datasets(db)?), number]))
        })
    });
}

fn holdings(people: &[Person], db: &Database) -> Result<Value> {
    list(people, |person| {
        let emails = list(person.addresses(db)?, |address| Ok(json!(address.email)))?;
        Ok(json!([person.name, dataset_names(person.datasets(db)?), emails]))
    })
}
