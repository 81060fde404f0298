//! The tables, and the reference: what the session is to hold.

use std::collections::BTreeMap;

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnk_team")]
pub(super) struct Team {
    #[column(primary_key)]
    pub(super) code: String,
    pub(super) name: String,
    #[relationship(back_populates = "team")]
    pub(super) members: HasMany<Member>,
    #[relationship]
    pub(super) badges: HasMany<Badge>,
}

/// Stays without a team.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnk_member")]
pub(super) struct Member {
    #[column(primary_key)]
    pub(super) id: i64,
    #[column(unique)]
    pub(super) email: String,
    #[column(default = 0)]
    pub(super) score: i64,
    #[column(version)]
    pub(super) version: i32,
    #[column(foreign_key = Team::CODE)]
    pub(super) team_code: Option<String>,
    #[relationship(back_populates = "members")]
    pub(super) team: BelongsTo<Team>,
}

/// Goes with its team, which its key names.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnk_badge")]
pub(super) struct Badge {
    #[column(primary_key, foreign_key = Team::CODE, on_delete = "cascade")]
    pub(super) team_code: String,
    #[column(primary_key)]
    pub(super) number: i64,
    pub(super) text: String,
}

/// The rows, by the order in which they were added: what they say, and which rows they point to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct World {
    /// Code and name.
    pub(super) teams: BTreeMap<usize, (String, String)>,
    /// Address, score and team.
    pub(super) members: BTreeMap<usize, (String, i64, Option<usize>)>,
    /// Team, number and text.
    pub(super) badges: BTreeMap<usize, (usize, i64, String)>,
}

impl World {
    pub(super) fn drop_team(&mut self, team: usize) {
        self.teams.remove(&team);
        self.members.values_mut().filter(|member| member.2 == Some(team)).for_each(|member| member.2 = None);
        self.badges.retain(|_, badge| badge.0 != team);
    }

    pub(super) fn team_with(&self, code: &str) -> Option<usize> {
        self.teams.iter().find(|(_, team)| team.0 == code).map(|(at, _)| *at)
    }

    pub(super) fn is_free(&self, email: &str) -> bool {
        self.members.values().all(|member| member.0 != email)
    }

    pub(super) fn has_badge(&self, team: usize, number: i64) -> bool {
        self.badges.values().any(|badge| (badge.0, badge.1) == (team, number))
    }
}
