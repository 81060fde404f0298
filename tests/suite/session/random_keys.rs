//! Random operations on a session whose rows have keys of their own, values that are unique, versions, and keys that name
//! another row, against a simple reference: rows go and others come under their keys in the same flush.
//!
//! `PROPTEST_CASES` says how many are tried.

mod operations;
mod world;

use std::collections::BTreeSet;

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore::sql::proposed;
use ormcore_tests::Fixture;

use super::trials::{pick, random_operations, run_all, same, tried};
use operations::{Op, operations};
use world::{Badge, Member, Team, World};

const CODES: [&str; 4] = ["a", "b", "c", "d"];

struct Run<'d> {
    db: &'d Database,
    session: Session,
    teams: Vec<Handle<Team>>,
    members: Vec<Handle<Member>>,
    badges: Vec<Handle<Badge>>,
    /// As the session sees it, and as it was committed.
    now: World,
    committed: World,
}

type Done = Option<ormcore::Result<()>>;

fn email(at: usize) -> String {
    format!("{}@example.com", at % 6)
}

impl<'d> Run<'d> {
    fn new(db: &'d Database, autoflushes: bool) -> Self {
        Badge::query().delete(db).unwrap();
        Member::query().delete(db).unwrap();
        Team::query().delete(db).unwrap();
        let (teams, members, badges) = (Vec::new(), Vec::new(), Vec::new());
        let (now, committed) = (World::default(), World::default());
        let session = db.session_with(SessionOptions::new().autoflush(autoflushes)).unwrap();
        Run { db, session, teams, members, badges, now, committed }
    }

    fn team(&self, at: usize) -> Option<usize> {
        pick(self.now.teams.keys().copied(), at)
    }

    fn member(&self, at: usize) -> Option<usize> {
        pick(self.now.members.keys().copied(), at)
    }

    fn badge(&self, at: usize) -> Option<usize> {
        pick(self.now.badges.keys().copied(), at)
    }

    /// Runs one operation; `None` if there is no row for it.
    fn run(&mut self, op: &Op) -> Done {
        match op {
            Op::Team(_) | Op::Replace(..) | Op::Name(..) | Op::Upsert(..) | Op::DeleteTeam(_) => self.of_teams(op),
            Op::Member(..) | Op::Score(..) | Op::Email(..) | Op::ReplaceMember(_) | Op::DeleteMember(_) => {
                self.of_members(op)
            }
            Op::Move(..) | Op::Append(..) | Op::Remove(..) => self.relate(op),
            Op::Badge(..) | Op::Text(..) | Op::ReplaceBadge(_) | Op::DeleteBadge(_) => self.of_badges(op),
            Op::Members(_) | Op::Badges(_) | Op::GetTeam(_) | Op::GetBadge(_) => self.read(op),
            Op::Flush => Some(self.session.flush()),
            Op::Commit => Some(self.session.commit().map(|()| self.committed = self.now.clone())),
            Op::Rollback => Some(self.session.rollback().map(|()| self.now = self.committed.clone())),
            Op::ExpireAll | Op::Refresh(_) => self.forget(op),
            Op::Savepoint(ops, ok) => Some(self.savepoint(ops, *ok)),
        }
    }

    fn savepoint(&mut self, ops: &[Op], ok: bool) -> ormcore::Result<()> {
        self.session.flush()?;
        let before = self.now.clone();
        let mut session = std::mem::replace(&mut self.session, self.db.session()?);
        let ended: ormcore::Result<()> = session.savepoint(|inner| {
            std::mem::swap(&mut self.session, inner);
            let done = ops
                .iter()
                .filter(|op| !matches!(op, Op::Commit | Op::Rollback))
                .try_for_each(|op| self.run(op).unwrap_or(Ok(())));
            let done = done.and_then(|()| if ok { self.session.flush() } else { Err(Error::rollback("no")) });
            std::mem::swap(&mut self.session, inner);
            done
        });
        self.session = session;
        match ended {
            Err(error) if ok || !matches!(error.kind(), ErrorKind::Rollback { .. }) => return Err(error),
            Err(_) => self.now = before,
            Ok(()) => {}
        }
        Ok(())
    }

    fn add_team(&mut self, code: &str) {
        let name = format!("team {}", self.teams.len());
        self.now.teams.insert(self.teams.len(), (code.to_string(), name.clone()));
        self.teams.push(self.session.add(Team::new(code, name)));
    }

    fn of_teams(&mut self, op: &Op) -> Done {
        Some(match op {
            Op::Team(code) => {
                let code = CODES[code % CODES.len()];
                if self.now.team_with(code).is_none() {
                    self.add_team(code);
                }
                Ok(())
            }
            Op::Replace(team, new_first, address) => {
                let team = self.team(*team)?;
                let (handle, code) = (self.teams[team], self.now.teams[&team].0.clone());
                if !*new_first {
                    self.now.drop_team(team);
                    let deleted = self.session.delete(handle);
                    self.add_team(&code);
                    return Some(deleted);
                }
                // Who is not written yet and points there by value belongs to the one that stays.
                if let Err(error) = self.session.flush() {
                    return Some(Err(error));
                }
                let new = self.teams.len();
                self.add_team(&code);
                if self.now.is_free(&email(*address)) {
                    self.add_member(email(*address), Some(new), true);
                }
                self.now.drop_team(team);
                self.session.delete(handle)
            }
            Op::Name(team, name) => {
                let team = self.team(*team)?;
                let name = format!("name {name}");
                self.session[self.teams[team]].name.clone_from(&name);
                self.now.teams.get_mut(&team)?.1 = name;
                Ok(())
            }
            Op::Upsert(code, name) => {
                let (code, name) = (CODES[code % CODES.len()], format!("upserted {name}"));
                let change = Team::NAME.set(proposed(Team::NAME));
                let upsert = Team::new(code, name.clone()).on_conflict(Team::CODE).do_update(change);
                let handle = match self.session.upsert(upsert) {
                    Ok(handle) => handle,
                    Err(error) => return Some(Err(error)),
                };
                match self.now.team_with(code) {
                    Some(team) => {
                        assert_eq!(handle, self.teams[team]);
                        self.now.teams.get_mut(&team)?.1 = name;
                    }
                    None => {
                        self.now.teams.insert(self.teams.len(), (code.to_string(), name));
                        self.teams.push(handle);
                    }
                }
                Ok(())
            }
            Op::DeleteTeam(team) => {
                let team = self.team(*team)?;
                self.now.drop_team(team);
                self.session.delete(self.teams[team])
            }
            _ => return None,
        })
    }

    fn add_member(&mut self, email: String, team: Option<usize>, by_key: bool) {
        self.now.members.insert(self.members.len(), (email.clone(), 0, team));
        let draft = Member::new(email);
        let draft = match team {
            Some(team) if by_key => draft.set(Member::TEAM_CODE, Some(self.now.teams[&team].0.clone())),
            Some(team) => draft.set(Member::TEAM_CODE, self.teams[team]),
            None => draft,
        };
        self.members.push(self.session.add(draft));
    }

    fn of_members(&mut self, op: &Op) -> Done {
        Some(match op {
            Op::Member(address, team, by_key) => {
                if self.now.is_free(&email(*address)) {
                    let team = team.and_then(|team| self.team(team));
                    self.add_member(email(*address), team, *by_key);
                }
                Ok(())
            }
            Op::Score(member, score) => {
                let member = self.member(*member)?;
                self.session[self.members[member]].score = *score;
                self.now.members.get_mut(&member)?.1 = *score;
                Ok(())
            }
            Op::Email(member, address) => {
                let (member, address) = (self.member(*member)?, email(*address));
                if self.now.is_free(&address) {
                    self.session[self.members[member]].email.clone_from(&address);
                    self.now.members.get_mut(&member)?.0 = address;
                }
                Ok(())
            }
            Op::ReplaceMember(member) => {
                let member = self.member(*member)?;
                let deleted = self.session.delete(self.members[member]);
                let (email, _, team) = self.now.members.remove(&member)?;
                self.add_member(email, team, false);
                deleted
            }
            Op::DeleteMember(member) => {
                let member = self.member(*member)?;
                self.now.members.remove(&member);
                self.session.delete(self.members[member])
            }
            _ => return None,
        })
    }

    fn relate(&mut self, op: &Op) -> Done {
        Some(match op {
            Op::Move(member, team, by_key) => {
                let (member, team) = (self.member(*member)?, team.and_then(|team| self.team(team)));
                let handle = self.members[member];
                if *by_key {
                    // What a handle says is stronger than the column, as long as it waits.
                    if let Err(error) = self.session.flush() {
                        return Some(Err(error));
                    }
                    self.session[handle].team_code = team.map(|team| self.now.teams[&team].0.clone());
                    self.now.members.get_mut(&member)?.2 = team;
                    return Some(self.session.flush());
                }
                self.now.members.get_mut(&member)?.2 = team;
                self.session.set(handle, Member::TEAM, team.map(|team| self.teams[team]))
            }
            Op::Append(team, member) => {
                let (team, member) = (self.team(*team)?, self.member(*member)?);
                self.now.members.get_mut(&member)?.2 = Some(team);
                self.session.append(self.teams[team], Team::MEMBERS, self.members[member])
            }
            Op::Remove(team, member) => {
                let (team, member) = (self.team(*team)?, self.member(*member)?);
                if self.now.members[&member].2 == Some(team) {
                    self.now.members.get_mut(&member)?.2 = None;
                }
                self.session.remove(self.teams[team], Team::MEMBERS, self.members[member])
            }
            _ => return None,
        })
    }

    fn add_badge(&mut self, team: usize, number: i64, by_key: bool) {
        let text = format!("badge {}", self.badges.len());
        self.now.badges.insert(self.badges.len(), (team, number, text.clone()));
        let draft = match by_key {
            true => Badge::new(self.now.teams[&team].0.clone(), number, text),
            false => Badge::new(self.teams[team], number, text),
        };
        self.badges.push(self.session.add(draft));
    }

    fn of_badges(&mut self, op: &Op) -> Done {
        Some(match op {
            Op::Badge(team, number, by_key) => {
                let team = self.team(*team)?;
                if !self.now.has_badge(team, *number) {
                    self.add_badge(team, *number, *by_key);
                }
                Ok(())
            }
            Op::Text(badge, text) => {
                let (badge, text) = (self.badge(*badge)?, format!("text {text}"));
                self.session[self.badges[badge]].text.clone_from(&text);
                self.now.badges.get_mut(&badge)?.2 = text;
                Ok(())
            }
            Op::ReplaceBadge(badge) => {
                let badge = self.badge(*badge)?;
                let deleted = self.session.delete(self.badges[badge]);
                let (team, number, _) = self.now.badges.remove(&badge)?;
                self.add_badge(team, number, false);
                deleted
            }
            Op::DeleteBadge(badge) => {
                let badge = self.badge(*badge)?;
                self.now.badges.remove(&badge);
                self.session.delete(self.badges[badge])
            }
            _ => return None,
        })
    }

    /// What points to a row by value is known to do so once it is written: it is flushed first here.
    fn read(&mut self, op: &Op) -> Done {
        if let Err(error) = self.session.flush() {
            return Some(Err(error));
        }
        Some(match op {
            Op::Members(team) => {
                let team = self.team(*team)?;
                let wanted = self.now.members.iter().filter(|(_, member)| member.2 == Some(team));
                let wanted: Vec<_> = wanted.map(|(member, _)| self.members[*member]).collect();
                self.session.related(self.teams[team], Team::MEMBERS).map(|found| same(&found, &wanted))
            }
            Op::Badges(team) => {
                let team = self.team(*team)?;
                let wanted = self.now.badges.iter().filter(|(_, badge)| badge.0 == team);
                let wanted: Vec<_> = wanted.map(|(badge, _)| self.badges[*badge]).collect();
                self.session.related(self.teams[team], Team::BADGES).map(|found| same(&found, &wanted))
            }
            Op::GetTeam(team) => {
                let team = self.team(*team)?;
                let code = self.now.teams[&team].0.clone();
                self.session.get::<Team>(code).map(|found| assert_eq!(found, Some(self.teams[team])))
            }
            Op::GetBadge(badge) => {
                let badge = self.badge(*badge)?;
                let (team, number, _) = self.now.badges[&badge].clone();
                let key = (self.now.teams[&team].0.clone(), number);
                self.session.get::<Badge>(key).map(|found| assert_eq!(found, Some(self.badges[badge])))
            }
            _ => return None,
        })
    }

    /// What was changed since the last flush is lost: it is flushed first here.
    fn forget(&mut self, op: &Op) -> Done {
        if let Err(error) = self.session.flush() {
            return Some(Err(error));
        }
        Some(match op {
            Op::ExpireAll => {
                self.session.expire_all();
                Ok(())
            }
            Op::Refresh(member) => {
                let handle = self.members[self.member(*member)?];
                self.session[handle].score = 77;
                self.session.refresh(handle)
            }
            _ => return None,
        })
    }

    /// Compares what each handle shows, and what the database holds.
    fn check(&mut self) {
        self.session.commit().unwrap();
        let (session, db) = (&self.session, self.db);
        for (team, handle) in self.teams.iter().enumerate() {
            assert_eq!(session.contains(*handle), self.now.teams.contains_key(&team), "team {team}");
        }
        for (member, handle) in self.members.iter().enumerate() {
            assert_eq!(session.contains(*handle), self.now.members.contains_key(&member), "member {member}");
        }
        for (badge, handle) in self.badges.iter().enumerate() {
            assert_eq!(session.contains(*handle), self.now.badges.contains_key(&badge), "badge {badge}");
        }
        let wanted: BTreeSet<_> = self.now.teams.values().cloned().collect();
        let held = self.now.teams.keys().map(|team| &session[self.teams[*team]]);
        assert_eq!(held.map(|row| (row.code.clone(), row.name.clone())).collect::<BTreeSet<_>>(), wanted, "teams held");
        let stored = Team::query().all(db).unwrap().into_iter().map(|row| (row.code, row.name));
        assert_eq!(stored.collect::<BTreeSet<_>>(), wanted, "teams");
        let code = |team: &usize| self.now.teams[team].0.clone();
        let now = self.now.members.values();
        let wanted: BTreeSet<_> =
            now.map(|(email, score, team)| (email.clone(), *score, team.as_ref().map(code))).collect();
        let held: Vec<Member> = self.now.members.keys().map(|member| session[self.members[*member]].clone()).collect();
        let shown = held.iter().map(|row| (row.email.clone(), row.score, row.team_code.clone()));
        assert_eq!(shown.collect::<BTreeSet<_>>(), wanted, "members held");
        let stored = Member::query().all(db).unwrap();
        let shown = stored.iter().map(|row| (row.email.clone(), row.score, row.team_code.clone()));
        assert_eq!(shown.collect::<BTreeSet<_>>(), wanted, "members");
        let versions = |rows: &[Member]| rows.iter().map(|row| (row.id, row.version)).collect::<BTreeSet<_>>();
        assert_eq!(versions(&held), versions(&stored), "versions");
        let now = self.now.badges.values();
        let wanted: BTreeSet<_> = now.map(|(team, number, text)| (code(team), *number, text.clone())).collect();
        let stored = Badge::query().all(db).unwrap().into_iter().map(|row| (row.team_code, row.number, row.text));
        assert_eq!(stored.collect::<BTreeSet<_>>(), wanted, "badges");
    }
}

fn random_operations_end_as_the_reference_says(fixture: &Fixture) {
    fixture.db.create_tables::<(Team, Member, Badge)>().unwrap();
    tried(&operations(), |ops, autoflushes| {
        let mut run = Run::new(&fixture.db, autoflushes);
        run_all(ops, |op| run.run(op))?;
        run.check();
        Ok(())
    });
}

random_operations!(random_operations_end_as_the_reference_says);
