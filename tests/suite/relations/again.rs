//! Orders that are others whenever they are asked for, and rows that nothing tells apart.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{all_of, func, now, of};
use ormcore_tests::{is_sqlite, on_every_backend};

mod from_join;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_quiz")]
struct Quiz {
    #[column(primary_key)]
    id: i64,
    #[relationship(order_by = Answer::PLACE)]
    answers: HasMany<Answer>,
    #[relationship(order_by = Answer::PLACE.desc())]
    last: HasOne<Answer>,
    #[relationship(order_by = ((Answer::PLACE % 2).desc(), Answer::PLACE))]
    odd_first: HasMany<Answer>,
    #[relationship(order_by = {
        SAID.fetch_add(1, Ordering::Relaxed);
        func("abs", (Answer::PLACE,)).returns::<i64>()
    })]
    by_function: HasMany<Answer>,
    #[relationship]
    takes: HasMany<Take>,
    #[relationship]
    digests: HasMany<Digest>,
}

/// How often the order of `by_function` was asked for.
static SAID: AtomicUsize = AtomicUsize::new(0);

/// The first in place has the last key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_answer")]
struct Answer {
    #[column(primary_key)]
    id: i64,
    place: i64,
    #[column(foreign_key = Quiz::ID)]
    quiz_id: i64,
    #[relationship(order_by = Vote::RANK)]
    votes: HasMany<Vote>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_vote")]
struct Vote {
    #[column(primary_key)]
    id: i64,
    #[column(index)]
    rank: i64,
    #[column(foreign_key = Answer::ID)]
    answer_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_score")]
struct Score {
    #[column(primary_key)]
    id: i64,
    score: i64,
    #[column(foreign_key = Quiz::ID)]
    quiz_id: i64,
    #[relationship]
    quiz: BelongsTo<Quiz>,
}

/// Nothing tells two takes of one quiz apart.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_take", read_only)]
struct Take {
    score: i64,
    #[column(foreign_key = Quiz::ID)]
    quiz_id: i64,
    #[relationship]
    quiz: BelongsTo<Quiz>,
}

/// Nothing tells two attempts apart but all that is in them.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_attempt", read_only)]
struct Attempt {
    score: i64,
    note: Option<String>,
    #[column(foreign_key = Quiz::ID)]
    quiz_id: i64,
    #[relationship]
    quiz: BelongsTo<Quiz>,
}

/// What a view makes of all scores of a quiz, in a type that PostgreSQL does not order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_digest", read_only)]
struct Digest {
    #[column(foreign_key = Quiz::ID)]
    quiz_id: i64,
    scores: Json<Vec<i64>>,
    #[relationship]
    quiz: BelongsTo<Quiz>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "again_exam")]
struct Exam {
    #[column(primary_key)]
    id: i64,
    until: DateTime<Utc>,
    #[column(foreign_key = Quiz::ID)]
    quiz_id: i64,
    #[relationship]
    quiz: BelongsTo<Quiz>,
}

const PLACES: [i64; 4] = [1, 2, 3, 4];
const QUIZZES: usize = 20;

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Quiz, Answer, Vote, Score)>()?;
    let vote = |rank| Vote::new(rank, Parent);
    let answer = |place| Answer::new(place, Parent).with_children(Answer::VOTES, PLACES.into_iter().rev().map(vote));
    let quiz = |_| Quiz::new().with_children(Quiz::ANSWERS, PLACES.into_iter().rev().map(answer));
    Quiz::insert_all((0..QUIZZES).map(quiz), db)?;
    Ok(())
}

fn places(quiz: &Quiz) -> Vec<i64> {
    quiz.answers.loaded().unwrap().iter().map(|answer| answer.place).collect()
}

fn ranks(answer: &Answer) -> Vec<i64> {
    answer.votes.loaded().unwrap().iter().map(|vote| vote.rank).collect()
}

fn random() -> Query<Quiz> {
    Quiz::query().order_by(func("random", ()).returns::<f64>())
}

fn random_rows_have_what_they_lead_to_in_its_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let written = || Quiz::query().order_by(sql!(f64: "random()"));
    for load in [Quiz::ANSWERS.subquery(), Quiz::ANSWERS.selectin(), Quiz::ANSWERS.joined()] {
        for (query, count) in [(random(), QUIZZES), (random().limit(5), 5), (written().limit(5).offset(2), 5)] {
            let quizzes = query.with(load.clone()).with(Quiz::LAST.joined()).all(db)?;
            assert_eq!(quizzes.len(), count, "{load:?}");
            for quiz in &quizzes {
                assert_eq!(places(quiz), PLACES, "{load:?}");
                assert!(quiz.answers.loaded().unwrap().iter().all(|answer| answer.quiz_id == quiz.id));
                assert_eq!(quiz.last.loaded().unwrap().map(|answer| answer.place), Some(4), "{load:?}");
            }
        }
        assert_eq!(places(&random().with(load.clone()).first(db)?.unwrap()), PLACES, "{load:?}");
        let each = Quiz::query().distinct_on(Quiz::ID % 4).order_by(func("random", ()).returns::<f64>());
        let each = each.with(load.clone()).all(db)?;
        assert!(each.len() == 4 && each.iter().all(|quiz| places(quiz) == PLACES), "{load:?}");
    }
    Ok(())
}

/// Conditions that hold for half of the rows, and for others whenever they are asked for.
fn half(db: &Database) -> f64 {
    if is_sqlite(db) { 0.0 } else { 0.5 }
}

/// Checks that some quizzes come, each with all that it leads to, whatever loads it.
fn are_whole<S: 'static>(query: &Query<Quiz, S>, db: &Database) -> ormcore::Result<()> {
    for load in [Quiz::ANSWERS.subquery(), Quiz::ANSWERS.selectin(), Quiz::ANSWERS.joined()] {
        for then in [Answer::VOTES.subquery(), Answer::VOTES.selectin(), Answer::VOTES.joined()] {
            let load = load.clone().then(then);
            let quizzes = query.clone().with(load.clone()).with(Quiz::LAST.joined()).all(db)?;
            assert!((1..QUIZZES).contains(&quizzes.len()), "{load:?}");
            for quiz in &quizzes {
                assert_eq!(places(quiz), PLACES, "{load:?}");
                assert!(quiz.answers.loaded().unwrap().iter().all(|answer| ranks(answer) == PLACES), "{load:?}");
                assert_eq!(quiz.last.loaded().unwrap().map(|answer| answer.place), Some(4), "{load:?}");
            }
        }
    }
    Ok(())
}

fn rows_that_a_random_condition_chooses_have_what_they_lead_to(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let by_chance = || func("random", ()).returns::<f64>().gt(half(db));
    are_whole(&Quiz::query().filter(Quiz::ID.is_in(random().limit(10).select(Quiz::ID))), db)?;
    let written = Quiz::query().order_by(sql!(f64: "random()")).limit(10).select(Quiz::ID);
    are_whole(&Quiz::query().filter(Quiz::ID.is_in(written)).order_by(Quiz::ID).limit(9), db)?;
    are_whole(&Quiz::query().filter(by_chance()), db)?;
    are_whole(&Quiz::query().filter(sql!("random() > {}", half(db))).order_by(Quiz::ID.desc()), db)?;
    let written = sql!("SELECT * FROM {} WHERE random() > {}", sql::table::<Quiz>(), half(db));
    are_whole(&Quiz::from_sql(written), db)?;
    let first = all_of((Answer::QUIZ_ID.eq(of(Quiz::ID)), Answer::PLACE.eq(1), by_chance()));
    are_whole(&Quiz::query().join(Answer::on(first)), db)
}

fn children_that_a_random_condition_chooses_have_what_they_lead_to(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Quiz::ANSWERS.subquery(), Quiz::ANSWERS.selectin(), Quiz::ANSWERS.joined()] {
        for then in [Answer::VOTES.subquery(), Answer::VOTES.selectin(), Answer::VOTES.joined()] {
            let load = load.clone().filter(func("random", ()).returns::<f64>().gt(half(db))).then(then);
            let quizzes = Quiz::query().with(load.clone()).with(Quiz::LAST.joined()).all(db)?;
            let answers = || quizzes.iter().flat_map(|quiz| quiz.answers.loaded().unwrap());
            assert!((1..4 * QUIZZES).contains(&answers().count()), "{load:?}");
            assert!(answers().all(|answer| ranks(answer) == PLACES), "{load:?}");
        }
    }
    Ok(())
}

fn joined_rows_that_a_random_condition_chooses_are_those_of_their_own_join(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Quiz::query().join(Quiz::ANSWERS).filter(func("random", ()).returns::<f64>().gt(half(db)));
    let quizzes = query.with_from_join(Quiz::ANSWERS).with(Quiz::ODD_FIRST.joined()).all(db)?;
    let answers: usize = quizzes.iter().map(|quiz| quiz.answers.loaded().unwrap().len()).sum();
    assert!((1..4 * QUIZZES).contains(&answers), "{answers}");
    for quiz in &quizzes {
        let placed = quiz.odd_first.loaded().unwrap().iter().map(|answer| answer.place);
        assert!(placed.eq([1, 3, 2, 4]));
    }
    Ok(())
}

fn random_children_have_what_they_lead_to_in_its_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Quiz::ANSWERS.subquery(), Quiz::ANSWERS.selectin(), Quiz::ANSWERS.joined()] {
        for then in [Answer::VOTES.subquery(), Answer::VOTES.selectin(), Answer::VOTES.joined()] {
            let load = load.clone().order_by(func("random", ()).returns::<f64>()).then(then);
            for (load, count) in [(load.clone(), 4), (load.limit(2), 2)] {
                for query in [Quiz::query(), Quiz::query().order_by(Quiz::ID).limit(9)] {
                    for quiz in query.with(load.clone()).with(Quiz::LAST.joined()).all(db)? {
                        let answers = quiz.answers.loaded().unwrap();
                        assert_eq!(answers.len(), count, "{load:?}");
                        assert!(answers.iter().all(|answer| ranks(answer) == PLACES), "{load:?}");
                        assert_eq!(quiz.last.loaded().unwrap().map(|answer| answer.place), Some(4), "{load:?}");
                    }
                }
            }
        }
    }
    Ok(())
}

fn a_random_order_of_joined_rows_is_not_that_of_other_children(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Answer::query().join(Vote::on(Vote::ANSWER_ID.eq(of(Answer::ID))));
    let query = query.order_by(func("random", ()).returns::<f64>());
    let answers = query.with(Answer::VOTES.joined()).all(db)?;
    assert_eq!(answers.len(), 4 * 4 * QUIZZES);
    assert!(answers.iter().all(|answer| ranks(answer) == PLACES));
    let quizzes = Quiz::query().join(Quiz::ANSWERS).order_by(func("random", ()).returns::<f64>());
    let quizzes = quizzes.with_from_join(Quiz::ANSWERS).with(Quiz::LAST.joined()).all(db)?;
    assert_eq!(quizzes.len(), QUIZZES);
    for quiz in quizzes {
        assert_eq!(quiz.answers.loaded().unwrap().len(), 4);
        assert_eq!(quiz.last.loaded().unwrap().map(|answer| answer.place), Some(4));
    }
    Ok(())
}

fn rows_that_others_have_locked_are_skipped_by_what_is_loaded_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    if is_sqlite(db) {
        // Nobody else writes while a transaction is open.
        return Ok(());
    }
    let next = || Quiz::query().order_by(Quiz::ID).limit(2);
    db.transaction(|tx| {
        assert_eq!(next().for_update().all(tx)?.len(), 2);
        db.transaction(|other| {
            let load = Quiz::ANSWERS.subquery().then(Answer::VOTES.subquery());
            let quizzes = next().skip_locked().with(load).all(other)?;
            assert_eq!(quizzes.iter().map(|quiz| quiz.id).collect::<Vec<_>>(), [3, 4]);
            assert!(quizzes.iter().all(|quiz| places(quiz) == PLACES));
            assert!(quizzes.iter().flat_map(|quiz| quiz.answers.loaded().unwrap()).all(|row| ranks(row) == PLACES));
            Ok(())
        })
    })
}

fn what_is_taken_from_a_join_has_the_order_of_the_relationship(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // An index gives the votes in another order than that of their keys.
    let answers = Answer::query().join(Answer::VOTES).filter(Vote::RANK.ge(2)).with_from_join(Answer::VOTES).all(db)?;
    assert!(answers.len() == 4 * QUIZZES && answers.iter().all(|answer| ranks(answer) == [2, 3, 4]));
    let quizzes = Quiz::query().join(Quiz::ANSWERS).with_from_join(Quiz::ANSWERS).all(db)?;
    assert!(quizzes.len() == QUIZZES && quizzes.iter().all(|quiz| places(quiz) == PLACES));
    let down = Quiz::query().join(Quiz::ANSWERS).order_by(Answer::PLACE.desc()).with_from_join(Quiz::ANSWERS);
    assert!(down.all(db)?.iter().all(|quiz| places(quiz) == [4, 3, 2, 1]), "the query's own order comes first");
    let last = Quiz::query().join(Quiz::LAST).with_from_join(Quiz::LAST).all(db)?;
    assert!(last.iter().all(|quiz| quiz.last.loaded().unwrap().is_some_and(|answer| answer.place == 4)));
    let other = ormcore::alias!(Answer);
    let renamed = Quiz::query().join(Quiz::ANSWERS.to(other)).with_from_join(Quiz::ANSWERS.to(other)).all(db)?;
    assert!(renamed.iter().all(|quiz| places(quiz) == PLACES));
    let odd_first = Quiz::query().join(Quiz::ODD_FIRST).order_by(Quiz::ID).with_from_join(Quiz::ODD_FIRST);
    for query in [odd_first.clone(), odd_first.clone().limit(8), odd_first.clone().distinct()] {
        let quizzes = query.all(db)?;
        let placed = quizzes[0].odd_first.loaded().unwrap().iter().map(|answer| answer.place);
        assert!(placed.eq([1, 3, 2, 4]));
    }
    // What differs is counted, and so it is not told apart by more than what is read.
    let said = odd_first.distinct().limit(8).all(db).unwrap_err().to_string();
    assert!(said.contains("the order of the relationship"), "{said}");
    Ok(())
}

fn an_order_by_a_function_is_written_once_for_all_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for quiz in Quiz::query().all(db)? {
        assert!(quiz.by_function(db)?.iter().map(|answer| answer.place).eq(PLACES));
    }
    // Once for each backend, which ask at the same time.
    assert!((1..=3).contains(&SAID.load(Ordering::Relaxed)), "{SAID:?}");
    Ok(())
}

#[derive(Row)]
struct Placed {
    quiz: i64,
    parity: i64,
}

fn rows_that_the_time_chooses_are_not_chosen_once_more(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Exam,)>()?;
    let until = Utc::now() + TimeDelta::days(1);
    Exam::insert_all((1..=3).map(|quiz| Exam::new(until, quiz)), db)?;
    let open = || Exam::query().filter(Exam::UNTIL.gt(now()));
    let nearest = || Exam::query().order_by((Exam::UNTIL.gt(now()), Exam::ID)).limit(2);
    let among = || Exam::query().filter(Exam::ID.is_in(nearest().select(Exam::ID)));
    let statements = db.record();
    for (query, count) in [(open(), 3), (nearest(), 2), (among(), 2)] {
        statements.clear();
        let exams = query.with(Exam::QUIZ.subquery().then(Quiz::ANSWERS.subquery())).all(db)?;
        assert_eq!(exams.len(), count);
        assert!(exams.iter().all(|exam| places(exam.quiz(db).unwrap()) == PLACES));
        assert!(statements.len() == 3 && !statements.texts()[1..].concat().contains("again_exam"), "{statements:?}");
    }
    statements.clear();
    Exam::query().order_by(Exam::UNTIL.gt(now())).with(Exam::QUIZ.subquery()).all(db)?;
    assert!(statements.texts()[1].contains("again_exam"), "an order that cuts nothing chooses nothing");
    Ok(())
}

fn takes(db: &Database) -> ormcore::Result<()> {
    Score::insert_all([(7, 1), (7, 1), (5, 1), (7, 2)].map(|(score, quiz)| Score::new(score, quiz)), db)?;
    db.execute("CREATE VIEW again_take AS SELECT score, quiz_id FROM again_score", ())?;
    Ok(())
}

fn rows_without_a_key_may_hold_what_has_no_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    takes(db)?;
    let scores = if is_sqlite(db) { "json_group_array(score)" } else { "json_agg(score)" };
    let view = format!("SELECT quiz_id, {scores} AS scores FROM again_score GROUP BY quiz_id");
    db.execute(format!("CREATE VIEW again_digest AS {view}"), ())?;
    for load in
        [Quiz::DIGESTS.selectin(), Quiz::DIGESTS.subquery(), Quiz::DIGESTS.joined(), Quiz::DIGESTS.selectin().limit(1)]
    {
        let quiz = Quiz::query().order_by(Quiz::ID).limit(2).with(load.clone()).all(db)?.remove(1);
        assert_eq!(*quiz.digests.loaded().unwrap()[0].scores, [7], "{load:?}");
    }
    let quiz = Quiz::query().order_by(Quiz::ID).limit(1).one(db)?;
    assert_eq!(quiz.digests(db)?[0].scores.len(), 3);
    let joined = Quiz::query().join(Quiz::DIGESTS).filter(Quiz::ID.eq(2)).with_from_join(Quiz::DIGESTS).all(db)?;
    assert_eq!(joined[0].digests.loaded().unwrap().len(), 1);
    for load in [Digest::QUIZ.selectin(), Digest::QUIZ.subquery(), Digest::QUIZ.joined()] {
        let last = Digest::query().order_by(Digest::QUIZ_ID.desc()).limit(1).with(load.clone()).one(db)?;
        assert_eq!(last.quiz(db)?.id, 2, "{load:?}");
    }
    Ok(())
}

fn a_choice_among_equal_rows_is_the_same_for_what_is_loaded(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.execute("CREATE TABLE again_attempt (score BIGINT NOT NULL, note TEXT, quiz_id BIGINT NOT NULL)", ())?;
    db.execute("CREATE INDEX again_attempt_quiz ON again_attempt (quiz_id, score)", ())?;
    db.execute(
        "INSERT INTO again_attempt VALUES (1, NULL, 2), (1, 'b', 1), (1, 'a', 1), (2, 'c', 4), (2, NULL, 3)",
        (),
    )?;
    for load in [Attempt::QUIZ.selectin(), Attempt::QUIZ.subquery(), Attempt::QUIZ.joined()] {
        let first = Attempt::query().order_by(Attempt::SCORE).limit(1).with(load.clone()).all(db)?;
        let each = Attempt::query().distinct_on(Attempt::SCORE).with(load.clone()).all(db)?;
        assert_eq!((first.len(), each.len()), (1, 2));
        for attempt in first.iter().chain(&each) {
            assert_eq!(attempt.quiz(db)?.id, attempt.quiz_id, "{load:?}");
        }
    }
    Ok(())
}

fn rows_that_nothing_tells_apart_are_not_made_one(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    takes(db)?;
    let placed = || Answer::query().select(Placed::columns(Answer::QUIZ_ID, Answer::PLACE % 2));
    assert_eq!(
        placed().all(db)?.iter().filter(|row| (row.quiz, row.parity) == (1, 0)).count(),
        2,
        "two rows are alike"
    );
    let rows_of_a_query = || Quiz::query().join(placed().on(Placed::QUIZ.eq(of(Quiz::ID)))).order_by(Quiz::ID);
    let takes = || Quiz::query().join(Take::on(Take::QUIZ_ID.eq(of(Quiz::ID)))).order_by(Quiz::ID);
    for load in [Quiz::ANSWERS.selectin(), Quiz::ANSWERS.subquery(), Quiz::ANSWERS.joined()] {
        let quizzes = rows_of_a_query().limit(6).with(load.clone()).all(db)?;
        assert_eq!(quizzes.iter().map(|quiz| quiz.id).collect::<Vec<_>>(), [1, 1, 1, 1, 2, 2], "{load:?}");
        assert!(quizzes.iter().all(|quiz| places(quiz) == PLACES));
        let quizzes = takes().with(load.clone()).all(db)?;
        assert_eq!(quizzes.iter().map(|quiz| quiz.id).collect::<Vec<_>>(), [1, 1, 1, 2], "{load:?}");
        let rows = Take::query().order_by((Take::QUIZ_ID, Take::SCORE)).with(Take::QUIZ.joined().then(load.clone()));
        let rows = rows.all(db)?;
        assert_eq!(rows.iter().map(|row| row.score).collect::<Vec<_>>(), [5, 7, 7, 7], "{load:?}");
        assert!(rows.iter().all(|row| places(row.quiz(db).unwrap()) == PLACES));
        for takes in [Quiz::TAKES.selectin(), Quiz::TAKES.subquery(), Quiz::TAKES.joined()] {
            let nested = takes.clone().then(Take::QUIZ.joined().then(load.clone()));
            for takes in [takes, nested] {
                let quiz = Quiz::query().filter(Quiz::ID.eq(1)).with(takes.clone()).with(load.clone()).one(db)?;
                assert_eq!((places(&quiz), quiz.takes.loaded().unwrap().len()), (PLACES.to_vec(), 3), "{takes:?}");
            }
        }
    }
    Ok(())
}

on_every_backend!(
    random_rows_have_what_they_lead_to_in_its_order,
    rows_that_a_random_condition_chooses_have_what_they_lead_to,
    children_that_a_random_condition_chooses_have_what_they_lead_to,
    joined_rows_that_a_random_condition_chooses_are_those_of_their_own_join,
    random_children_have_what_they_lead_to_in_its_order,
    a_random_order_of_joined_rows_is_not_that_of_other_children,
    rows_that_others_have_locked_are_skipped_by_what_is_loaded_too,
    what_is_taken_from_a_join_has_the_order_of_the_relationship,
    an_order_by_a_function_is_written_once_for_all_rows,
    rows_that_the_time_chooses_are_not_chosen_once_more,
    rows_that_nothing_tells_apart_are_not_made_one,
    rows_without_a_key_may_hold_what_has_no_order,
    a_choice_among_equal_rows_is_the_same_for_what_is_loaded,
);
