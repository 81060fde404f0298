//! Datasets, models and predictions: added, edited, deleted; and what is wrong with what was typed.

use ormcore::prelude::*;

use crate::models::{Dataset, MlModel, Prediction};
use crate::on_every_site;
use crate::site::Site;
use crate::visitor::Visitor;

fn a_dataset_is_added_edited_and_deleted(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    assert_eq!(visitor.get("/datasets/new").status, 200);
    let form = [("name", " Iris "), ("records", " 150 "), ("description", "Petals.\nSepals.")];
    let page = visitor.post("/datasets/new", &form);
    assert_eq!((page.status, page.location()), (303, "/users/1"));
    assert!(visitor.get("/users/1").has("The dataset Iris is added."));
    let dataset = Dataset::query().one(site.db()).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.records), ("Iris", 150));
    let address = format!("/datasets/{}", dataset.id);
    let shown = visitor.get(&address);
    assert!(shown.has("150 records") && shown.has("Petals.\nSepals."));
    let edit = visitor.get(&format!("{address}/edit"));
    assert_eq!((edit.value("name"), edit.value("records")), (Some("Iris"), Some("150")));
    visitor.post(&format!("{address}/edit"), &[("name", "Irises"), ("records", "151"), ("description", "")]);
    let dataset = Dataset::find(dataset.id, site.db()).unwrap();
    assert_eq!((dataset.name.as_str(), dataset.records, dataset.description), ("Irises", 151, None));
    assert!(visitor.get(&format!("{address}/delete")).has("Do you want to delete the dataset Irises?"));
    assert_eq!(Dataset::query().count(site.db()).unwrap(), 1, "a question deletes nothing");
    assert_eq!(visitor.post(&format!("{address}/delete"), &[]).location(), "/users/1");
    assert_eq!(visitor.get(&address).status, 404);
}

fn all_that_is_wrong_with_a_dataset_is_said_at_once(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/datasets/new");
    let page = visitor.post("/datasets/new", &[("name", "  "), ("records", "many"), ("description", "kept")]);
    assert_eq!((page.status, page.error("records")), (422, Some("is not a number")));
    assert!(page.error("name").is_some() && page.has(">\nkept</textarea>"), "{}", page.text);
    assert_eq!(page.value("records"), Some("many"));
    let page = visitor.post("/datasets/new", &[("name", "Iris"), ("records", "-1")]);
    assert!(page.error("records").is_some() && page.error("name").is_none(), "{}", page.text);
    let page = visitor.post("/datasets/new", &[("name", "Iris"), ("records", "99999999999999999999")]);
    assert_eq!(page.error("records"), Some("is not a number"));
    assert_eq!(Dataset::query().count(site.db()).unwrap(), 0);
    visitor.post("/datasets/new", &[("name", "Iris"), ("records", "1")]);
    let page = visitor.post("/datasets/new", &[("name", "Iris"), ("records", "2")]);
    assert_eq!((page.status, page.error("name")), (422, Some("is taken already")));
    let other = Visitor::signed_up(site, "bob");
    assert_eq!(other.post("/datasets/new", &[("name", "Iris"), ("records", "3")]).status, 303, "it is bob's own name");
}

fn a_model_has_its_predictions(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/models/new");
    let page = visitor.post("/models/new", &[("name", "trees"), ("version", ""), ("accuracy", "1.5")]);
    assert!(page.error("version").is_some() && page.error("accuracy").is_some(), "{}", page.text);
    for not_a_share in ["NaN", "inf", "-0.1", "half"] {
        let page = visitor.post("/models/new", &[("name", "trees"), ("version", "1"), ("accuracy", not_a_share)]);
        assert_eq!(page.status, 422, "{not_a_share}");
        assert!(page.error("accuracy").is_some(), "{not_a_share}: {}", page.text);
    }
    let page = visitor.post("/models/new", &[("name", "trees"), ("version", "1"), ("accuracy", "0.905")]);
    let address = page.location().to_string();
    let page = visitor.post("/models/new", &[("name", "trees"), ("version", "1"), ("accuracy", "0.5")]);
    assert_eq!(page.error("version"), Some("is taken already"));
    assert!(visitor.get(&address).has("accuracy 90.5 %"));
    let predictions = format!("{address}/predictions");
    let page = visitor.post(&predictions, &[("input", "a tree"), ("label", ""), ("confidence", "2")]);
    assert_eq!((page.status, page.value("input")), (422, Some("a tree")));
    assert!(page.error("label").is_some() && page.error("confidence").is_some());
    visitor.post(&predictions, &[("input", "a tree"), ("label", "oak"), ("confidence", "0.75")]);
    let page = visitor.get(&address);
    assert!(page.has("<td>a tree</td><td>oak</td><td class=\"number\">75.0 %</td>"), "{}", page.text);
    let edited = visitor.post(&format!("{address}/edit"), &[("name", "oaks"), ("version", "2"), ("accuracy", "1")]);
    assert_eq!(edited.status, 303);
    assert!(visitor.get("/models").has("oaks 2"));
    visitor.post(&format!("{address}/delete"), &[]);
    let left = MlModel::query().count(site.db()).unwrap() + Prediction::query().count(site.db()).unwrap();
    assert_eq!(left, 0);
}

/// PostgreSQL has no place for it in a text, SQLite has.
fn a_byte_of_zero_breaks_nothing(site: &Site) {
    let is_refused = site.db().dialect().name() == "postgres";
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/datasets/new");
    let page = visitor.post("/datasets/new", &[("name", "a\0b"), ("records", "1")]);
    let message = is_refused.then_some("The form holds a character that cannot be kept.");
    assert_eq!((page.status, page.error("general")), (if is_refused { 422 } else { 303 }, message));
    assert_eq!(visitor.get("/books?q=%00").status, 422);
    assert_eq!(visitor.get("/books?tag=%00").status, if is_refused { 422 } else { 200 });
    let page = visitor.post("/login", &[("email", "a\0b"), ("password", "long\0enough")]);
    assert_eq!(page.status, 422);
}

on_every_site!(
    a_byte_of_zero_breaks_nothing,
    a_dataset_is_added_edited_and_deleted,
    all_that_is_wrong_with_a_dataset_is_said_at_once,
    a_model_has_its_predictions,
);
