//! Random operations on rows that point to each other, and to which others point, by a unique column that is edited meanwhile,
//! while rows expire and others change them, against a simple reference.
//!
//! `PROPTEST_CASES` says how many are tried.

use std::collections::BTreeMap;

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::Fixture;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

use super::trials::{pick, random_operations, run_all, same, tried};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rco_place")]
struct Place {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Place::CODE, on_update = "cascade")]
    within: Option<String>,
    #[relationship(foreign_key = Place::WITHIN, back_populates = "parts")]
    whole: BelongsTo<Place>,
    #[relationship(foreign_key = Place::WITHIN, back_populates = "whole")]
    parts: HasMany<Place>,
    #[relationship(back_populates = "place")]
    shops: HasMany<Shop>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rco_shop")]
struct Shop {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Place::CODE, on_update = "cascade")]
    place_code: Option<String>,
    #[relationship(back_populates = "shops")]
    place: BelongsTo<Place>,
}

#[derive(Debug, Clone)]
enum Op {
    /// A place within another, or a shop there: given by handle.
    Place(Option<usize>),
    Shop(Option<usize>),
    /// A place gets another code.
    Code(usize),
    /// A place is led into one that is older, or nowhere; a shop into any: from its side or from the other.
    Within(usize, Option<usize>, bool),
    Move(usize, Option<usize>, bool),
    /// By the code, which is flushed.
    Value(usize, usize),
    /// A place gets another code, and its old one goes to another place.
    Take(usize, usize),
    Delete(usize),
    /// Somebody else gives a place another code, and the session reads what it has again, in one of several ways.
    Outside(usize, u8),
    Expire(usize, usize),
    Lock(usize, usize),
    Related(usize),
    Check,
    Flush,
    Commit,
    Rollback,
    Savepoint(Vec<Op>, bool),
}

fn operations() -> impl Strategy<Value = Vec<Op>> {
    let at = || 0..8_usize;
    let simple = prop_oneof![
        2 => option::of(at()).prop_map(Op::Place),
        2 => option::of(at()).prop_map(Op::Shop),
        4 => at().prop_map(Op::Code),
        3 => (at(), option::of(at()), any::<bool>()).prop_map(|(place, whole, ahead)| Op::Within(place, whole, ahead)),
        3 => (at(), option::of(at()), any::<bool>()).prop_map(|(shop, place, ahead)| Op::Move(shop, place, ahead)),
        1 => (at(), at()).prop_map(|(shop, place)| Op::Value(shop, place)),
        1 => (at(), at()).prop_map(|(one, other)| Op::Take(one, other)),
        1 => at().prop_map(Op::Delete),
        2 => (at(), 0..3_u8).prop_map(|(place, how)| Op::Outside(place, how)),
        2 => (at(), at()).prop_map(|(place, shop)| Op::Expire(place, shop)),
        1 => (at(), at()).prop_map(|(place, shop)| Op::Lock(place, shop)),
        3 => at().prop_map(Op::Related),
        1 => Just(Op::Check),
        2 => Just(Op::Flush),
        1 => Just(Op::Commit),
        1 => Just(Op::Rollback),
    ];
    let savepoint = (vec(simple.clone(), 1..6), any::<bool>()).prop_map(|(ops, ok)| Op::Savepoint(ops, ok));
    vec(prop_oneof![12 => simple, 1 => savepoint], 1..30)
}

/// The places with their codes and what they lie in, and the shops with theirs, by the places of their handles.
#[derive(Debug, Clone, Default)]
struct World {
    places: BTreeMap<usize, (String, Option<usize>)>,
    shops: BTreeMap<usize, Option<usize>>,
}

struct Run<'d> {
    db: &'d Database,
    session: Session,
    places: Vec<Handle<Place>>,
    shops: Vec<Handle<Shop>>,
    codes: usize,
    now: World,
    committed: World,
}

type Done = Option<ormcore::Result<()>>;

impl<'d> Run<'d> {
    fn new(db: &'d Database, autoflushes: bool) -> Self {
        Shop::query().delete(db).unwrap();
        Place::query().update(Place::WITHIN.set(None::<String>), db).unwrap();
        Place::query().delete(db).unwrap();
        let session = db.session_with(SessionOptions::new().autoflush(autoflushes)).unwrap();
        let (now, committed) = (World::default(), World::default());
        Run { db, session, places: Vec::new(), shops: Vec::new(), codes: 0, now, committed }
    }

    fn place(&self, at: usize) -> Option<usize> {
        pick(self.now.places.keys().copied(), at)
    }

    fn shop(&self, at: usize) -> Option<usize> {
        pick(self.now.shops.keys().copied(), at)
    }

    fn new_code(&mut self) -> String {
        self.codes += 1;
        format!("c{}", self.codes)
    }

    fn run(&mut self, op: &Op) -> Done {
        match op {
            Op::Place(_) | Op::Shop(_) => self.add(op),
            Op::Code(_) | Op::Take(..) | Op::Outside(..) => self.code(op),
            Op::Within(..) | Op::Move(..) | Op::Value(..) => self.lead(op),
            Op::Delete(place) => {
                let place = self.place(*place)?;
                self.now.places.remove(&place);
                self.now.places.values_mut().for_each(|(_, whole)| *whole = whole.filter(|whole| *whole != place));
                self.now.shops.values_mut().for_each(|at| *at = at.filter(|at| *at != place));
                Some(self.session.delete(self.places[place]))
            }
            Op::Expire(..) | Op::Lock(..) => Some(self.again(op)),
            Op::Related(at) => Some(self.related(*at)),
            Op::Check => Some(self.check()),
            Op::Flush => Some(self.session.flush()),
            Op::Commit => Some(self.session.commit().and_then(|()| {
                self.committed = self.now.clone();
                self.check_stored()
            })),
            Op::Rollback => Some(self.session.rollback().map(|()| self.now = self.committed.clone())),
            Op::Savepoint(ops, ok) => Some(self.savepoint(ops, *ok)),
        }
    }

    fn add(&mut self, op: &Op) -> Done {
        match op {
            Op::Place(whole) => {
                let (whole, code) = (whole.and_then(|whole| self.place(whole)), self.new_code());
                let draft = Place::new(code.clone());
                let draft = whole.iter().fold(draft, |draft, whole| draft.set(Place::WITHIN, self.places[*whole]));
                self.now.places.insert(self.places.len(), (code, whole));
                self.places.push(self.session.add(draft));
            }
            Op::Shop(place) => {
                let place = place.and_then(|place| self.place(place));
                let draft = Shop::new();
                let draft = place.iter().fold(draft, |draft, place| draft.set(Shop::PLACE_CODE, self.places[*place]));
                self.now.shops.insert(self.shops.len(), place);
                self.shops.push(self.session.add(draft));
            }
            _ => return None,
        }
        Some(Ok(()))
    }

    fn code(&mut self, op: &Op) -> Done {
        Some(match op {
            Op::Code(place) => {
                let (place, code) = (self.place(*place)?, self.new_code());
                self.session[self.places[place]].code.clone_from(&code);
                self.now.places.get_mut(&place)?.0 = code;
                Ok(())
            }
            Op::Take(one, other) => {
                let (one, other, mut code) = (self.place(*one)?, self.place(*other)?, self.new_code());
                // What somebody else gave to a row that has expired, only the database knows.
                let handles = [one, other].map(|place| self.places[place]);
                let flushed = self.session.flush();
                let read = flushed.and_then(|()| handles.into_iter().try_for_each(|one| self.session.refresh(one)));
                for place in if one == other { vec![one] } else { vec![one, other] } {
                    let old = std::mem::replace(&mut self.now.places.get_mut(&place)?.0, code.clone());
                    std::mem::replace(&mut code, old).clone_into(&mut self.session[self.places[place]].code);
                }
                read.and_then(|()| self.session.flush())
            }
            Op::Outside(place, how) => {
                let (place, code) = (self.place(*place)?, self.new_code());
                self.now.places.get_mut(&place)?.0.clone_from(&code);
                self.outside(place, code, *how)
            }
            _ => return None,
        })
    }

    fn outside(&mut self, place: usize, code: String, how: u8) -> ormcore::Result<()> {
        self.session.flush()?;
        let id = self.session[self.places[place]].id;
        Place::query().filter(Place::ID.eq(id)).update(Place::CODE.set(code), self.session.transaction()?)?;
        let Run { session, places, shops, now, .. } = self;
        let parts = now.places.iter().filter(|(_, (_, whole))| *whole == Some(place));
        let mut parts = parts.map(|(part, _)| places[*part]);
        let mut shops = now.shops.iter().filter(|(_, at)| **at == Some(place)).map(|(shop, _)| shops[*shop]);
        match how {
            0 => session.expire_all(),
            1 => {
                session.expire(places[place])?;
                parts.try_for_each(|part| session.expire(part))?;
                shops.try_for_each(|shop| session.expire(shop))?;
            }
            _ => {
                session.refresh(places[place])?;
                parts.try_for_each(|part| session.refresh(part))?;
                shops.try_for_each(|shop| session.refresh(shop))?;
            }
        }
        // What an edit of a row that has expired leaves behind, the session cannot know.
        session.all(Place::query())?;
        session.all(Shop::query()).map(drop)
    }

    fn lead(&mut self, op: &Op) -> Done {
        Some(match op {
            Op::Within(place, whole, ahead) => {
                let place = self.place(*place)?;
                // A new row that points to one which gets another code in the flush that leads it to one which does, too, is
                // inserted before that is written.
                let flushed = self.session.flush();
                let whole = whole.and_then(|whole| pick(self.now.places.range(..place).map(|(at, _)| *at), whole));
                let (handle, was) = (self.places[place], self.now.places[&place].1);
                self.now.places.get_mut(&place)?.1 = whole;
                let led = match (whole, was) {
                    (Some(whole), _) if *ahead => self.session.append(self.places[whole], Place::PARTS, handle),
                    (None, Some(was)) if *ahead => self.session.remove(self.places[was], Place::PARTS, handle),
                    _ => self.session.set(handle, Place::WHOLE, whole.map(|whole| self.places[whole])),
                };
                flushed.and(led).and_then(|()| self.session.flush())
            }
            Op::Move(shop, place, ahead) => {
                let (shop, place) = (self.shop(*shop)?, place.and_then(|place| self.place(place)));
                let (handle, was) = (self.shops[shop], self.now.shops.insert(shop, place).flatten());
                match (place, was) {
                    (Some(place), _) if *ahead => self.session.append(self.places[place], Place::SHOPS, handle),
                    (None, Some(was)) if *ahead => self.session.remove(self.places[was], Place::SHOPS, handle),
                    _ => self.session.set(handle, Shop::PLACE, place.map(|place| self.places[place])),
                }
            }
            Op::Value(shop, place) => {
                let (shop, place) = (self.shop(*shop)?, self.place(*place)?);
                // A new row that waits for another gets the key of that one, whatever it is set to.
                if let Err(error) = self.session.flush() {
                    return Some(Err(error));
                }
                self.session[self.shops[shop]].place_code = Some(self.now.places[&place].0.clone());
                self.now.shops.insert(shop, Some(place));
                self.session.flush()
            }
            _ => return None,
        })
    }

    /// What was changed since the last flush is lost: it is flushed first here.
    fn again(&mut self, op: &Op) -> ormcore::Result<()> {
        self.session.flush()?;
        match op {
            Op::Expire(place, shop) => {
                self.place(*place).map_or(Ok(()), |place| self.session.expire(self.places[place]))?;
                self.shop(*shop).map_or(Ok(()), |shop| self.session.expire(self.shops[shop]))
            }
            Op::Lock(place, shop) => {
                self.place(*place).map_or(Ok(()), |place| self.session.lock(self.places[place]))?;
                self.shop(*shop).map_or(Ok(()), |shop| self.session.lock(self.shops[shop]))
            }
            _ => Ok(()),
        }
    }

    fn related(&mut self, at: usize) -> ormcore::Result<()> {
        // Without a flush the database is asked by the code that it is to get.
        self.session.flush()?;
        if let Some(shop) = self.shop(at) {
            let place = self.now.shops[&shop].map(|place| self.places[place]);
            assert_eq!(self.session.related(self.shops[shop], Shop::PLACE)?, place);
        }
        let Some(place) = self.place(at) else { return Ok(()) };
        let handle = self.places[place];
        let whole = self.now.places[&place].1.map(|whole| self.places[whole]);
        assert_eq!(self.session.related(handle, Place::WHOLE)?, whole);
        let parts = self.now.places.iter().filter(|(_, (_, whole))| *whole == Some(place));
        let parts: Vec<_> = parts.map(|(part, _)| self.places[*part]).collect();
        same(&self.session.related(handle, Place::PARTS)?, &parts);
        let shops = self.now.shops.iter().filter(|(_, at)| **at == Some(place));
        let shops: Vec<_> = shops.map(|(shop, _)| self.shops[*shop]).collect();
        same(&self.session.related(handle, Place::SHOPS)?, &shops);
        Ok(())
    }

    fn check(&mut self) -> ormcore::Result<()> {
        (0..self.now.places.len().max(self.now.shops.len())).try_for_each(|at| self.related(at))
    }

    fn check_stored(&mut self) -> ormcore::Result<()> {
        self.check()?;
        let code = |place: &Option<usize>| place.map(|place| self.now.places[&place].0.clone());
        for (place, (own, whole)) in &self.now.places {
            let id = self.session[self.places[*place]].id;
            let stored = Place::query().filter(Place::ID.eq(id)).one(self.session.transaction()?)?;
            assert_eq!((&stored.code, stored.within), (own, code(whole)));
        }
        for (shop, place) in &self.now.shops {
            let id = self.session[self.shops[*shop]].id;
            let stored = Shop::query().filter(Shop::ID.eq(id)).one(self.session.transaction()?)?;
            assert_eq!(stored.place_code, code(place));
        }
        Ok(())
    }

    fn savepoint(&mut self, ops: &[Op], ok: bool) -> ormcore::Result<()> {
        self.session.flush()?;
        let before = self.now.clone();
        let mut session = std::mem::replace(&mut self.session, self.db.session()?);
        let ended: ormcore::Result<()> = session.savepoint(|inner| {
            std::mem::swap(&mut self.session, inner);
            let mut inside = ops.iter().filter(|op| !matches!(op, Op::Commit | Op::Rollback));
            let done = inside.try_for_each(|op| self.run(op).unwrap_or(Ok(())));
            std::mem::swap(&mut self.session, inner);
            done.and_then(|()| if ok { Ok(()) } else { Err(Error::rollback("no")) })
        });
        self.session = session;
        match ended {
            Err(error) if ok || !matches!(error.kind(), ErrorKind::Rollback { .. }) => Err(error),
            Err(_) => {
                self.now = before;
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

fn random_operations_end_as_the_reference_says(fixture: &Fixture) {
    fixture.db.create_tables::<(Place, Shop)>().unwrap();
    tried(&operations(), |ops, autoflushes| {
        let mut run = Run::new(&fixture.db, autoflushes);
        run_all(ops.iter().chain([&Op::Commit]), |op| run.run(op))
    });
}

random_operations!(random_operations_end_as_the_reference_says);
