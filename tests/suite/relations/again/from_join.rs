//! Which rows a query has that loads from its own join.

use ormcore::prelude::*;
use ormcore::sql::{all_of, count, of};
use ormcore_tests::on_every_backend;

use super::{Answer, PLACES, Placed, QUIZZES, Quiz, Score, Take, fill, places, takes};

fn a_to_one_that_is_taken_from_a_join_makes_no_rows_one(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    takes(db)?;
    let placed = || Answer::query().select(Placed::columns(Answer::QUIZ_ID, Answer::PLACE % 2));
    let scores = || Score::query().join(placed().on(Placed::QUIZ.eq(of(Score::QUIZ_ID)))).join(Score::QUIZ);
    let scores = || scores().filter(Score::QUIZ_ID.eq(1)).order_by(Score::ID).with_from_join(Score::QUIZ);
    let ids = |scores: &[Score]| scores.iter().map(|score| score.id).collect::<Vec<_>>();
    assert_eq!(ids(&scores().all(db)?), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    assert_eq!(ids(&scores().distinct().all(db)?), [1, 2, 3]);
    let joined = || Take::query().join(Take::QUIZ).order_by((Take::QUIZ_ID, Take::SCORE)).with_from_join(Take::QUIZ);
    let points = |takes: &[Take]| takes.iter().map(|take| take.score).collect::<Vec<_>>();
    for load in [Quiz::ANSWERS.selectin(), Quiz::ANSWERS.subquery(), Quiz::ANSWERS.joined()] {
        let scores = scores().limit(5).with(Score::QUIZ.joined().then(load.clone())).all(db)?;
        assert_eq!(ids(&scores), [1, 1, 1, 1, 2], "{load:?}");
        assert!(scores.iter().all(|score| places(score.quiz(db).unwrap()) == PLACES), "{load:?}");
    }
    let rows = joined().all(db)?;
    assert_eq!(points(&rows), [5, 7, 7, 7]);
    assert!(rows.iter().all(|take| take.quiz.loaded().is_some()));
    assert_eq!(points(&joined().distinct().all(db)?), [5, 7, 7]);
    let page = joined().paginate(1, 3, db)?;
    assert_eq!((page.total, points(&page.items)), (4, vec![5, 7, 7]));
    Ok(())
}

fn rows_that_nothing_tells_apart_gather_nothing_from_a_join(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    takes(db)?;
    let placed = || Answer::query().select(Placed::columns(Answer::QUIZ_ID, Answer::PLACE % 2));
    let quizzes = || Quiz::query().join(placed().on(Placed::QUIZ.eq(of(Quiz::ID)))).join(Quiz::ANSWERS);
    let said = quizzes().with_from_join(Quiz::ANSWERS).all(db).unwrap_err();
    assert!(matches!(said.kind(), ErrorKind::Usage { .. }), "{said:?}");
    assert!(said.to_string().contains("tells rows of `again_quiz` apart"), "{said}");
    let each = quizzes().distinct().with_from_join(Quiz::ANSWERS).all(db)?;
    assert!(each.len() == QUIZZES && each.iter().all(|quiz| places(quiz) == PLACES));
    // A condition of one's own may hold for several rows.
    let later = || Quiz::on(Quiz::ID.ge(of(Take::QUIZ_ID)));
    let said = Take::query().join(later()).with_from_join(Take::QUIZ).all(db).unwrap_err().to_string();
    assert!(said.contains("tells rows of `again_take` apart"), "{said}");
    let later = || Score::query().join(Quiz::on(Quiz::ID.ge(of(Score::QUIZ_ID)))).with_from_join(Score::QUIZ);
    assert_eq!(later().all(db)?.len(), 4);
    let said = later().paginate(1, 3, db).unwrap_err().to_string();
    assert!(said.contains("would cut"), "{said}");
    Ok(())
}

fn a_to_one_that_is_joined_on_its_keys_is_one(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    takes(db)?;
    let ids = |scores: &[Score]| scores.iter().map(|score| score.id).collect::<Vec<_>>();
    let on_keys = Score::query().left_join(Quiz::on(Quiz::ID.eq(of(Score::QUIZ_ID))));
    let among_others = all_of((Score::QUIZ_ID.eq(of(Quiz::ID)), Quiz::ID.lt(20)));
    for joined in [on_keys, Score::query().left_join(Quiz::on(among_others))] {
        let scores = || joined.clone().order_by(Score::ID).with_from_join(Score::QUIZ);
        assert_eq!(ids(&scores().all(db)?), [1, 2, 3, 4]);
        let page = scores().paginate(1, 3, db)?;
        assert_eq!((page.total, ids(&page.items)), (4, vec![1, 2, 3]));
        assert_eq!(ids(&scores().page_after(None, 2, db)?.items), [1, 2]);
        let statements = db.record();
        assert_eq!(scores().first(db)?.map(|score| score.quiz.loaded().unwrap().unwrap().id), Some(1));
        assert!(statements.texts()[0].contains("LIMIT"), "{:?}", statements.texts());
    }
    let takes = Take::query().join(Quiz::on(Quiz::ID.eq(of(Take::QUIZ_ID)))).with_from_join(Take::QUIZ).all(db)?;
    assert!(takes.len() == 4 && takes.iter().all(|take| take.quiz.loaded().is_some()));
    Ok(())
}

fn rows_of_a_group_are_told_apart_where_a_join_is_gathered(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    takes(db)?;
    let whole = |quizzes: Vec<Quiz>| quizzes.iter().map(|quiz| (quiz.id, places(quiz))).collect::<Vec<_>>();
    let scored = || Score::query().group_by(Score::QUIZ_ID);
    let best = || scored().select(Placed::columns(Score::QUIZ_ID, count()));
    let quizzes = || Quiz::query().join(best().on(Placed::QUIZ.eq(of(Quiz::ID)))).join(Quiz::ANSWERS);
    let each = quizzes().order_by(Quiz::ID).with_from_join(Quiz::ANSWERS).all(db)?;
    assert_eq!(whole(each), [(1, PLACES.to_vec()), (2, PLACES.to_vec())]);
    // Two groups of one quiz are two rows of the query.
    let points = || scored().group_by(Score::SCORE).select(Placed::columns(Score::QUIZ_ID, Score::SCORE));
    let quizzes = || Quiz::query().join(points().on(Placed::QUIZ.eq(of(Quiz::ID)))).join(Quiz::ANSWERS);
    let each = quizzes().order_by((Quiz::ID, Placed::PARITY)).with_from_join(Quiz::ANSWERS).all(db)?;
    assert_eq!(whole(each), [(1, PLACES.to_vec()), (1, PLACES.to_vec()), (2, PLACES.to_vec())]);
    let different = Score::query().select(Placed::columns(Score::QUIZ_ID, Score::SCORE)).distinct();
    let quizzes = Quiz::query().join(different.on(Placed::QUIZ.eq(of(Quiz::ID)))).join(Quiz::ANSWERS);
    assert_eq!(quizzes.with_from_join(Quiz::ANSWERS).all(db)?.len(), 3);
    let last = Score::query().select(Placed::columns(Score::QUIZ_ID, Score::SCORE)).order_by(Score::ID.desc()).limit(1);
    let quizzes = Quiz::query().join(last.on(Placed::QUIZ.eq(of(Quiz::ID)))).join(Quiz::ANSWERS);
    assert_eq!(whole(quizzes.with_from_join(Quiz::ANSWERS).all(db)?), [(2, PLACES.to_vec())]);
    // Nothing says which group a row is of.
    let some = scored().group_by(Score::SCORE).select(Placed::columns(Score::QUIZ_ID, count()));
    let quizzes = Quiz::query().join(some.on(Placed::QUIZ.eq(of(Quiz::ID)))).join(Quiz::ANSWERS);
    let said = quizzes.with_from_join(Quiz::ANSWERS).all(db).unwrap_err().to_string();
    assert!(said.contains("tells rows of `again_quiz` apart"), "{said}");
    Ok(())
}

on_every_backend!(
    a_to_one_that_is_taken_from_a_join_makes_no_rows_one,
    rows_that_nothing_tells_apart_gather_nothing_from_a_join,
    a_to_one_that_is_joined_on_its_keys_is_one,
    rows_of_a_group_are_told_apart_where_a_join_is_gathered,
);
