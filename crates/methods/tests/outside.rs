//! Vectors from outside, and fits that were stored.

mod comments;

use ting_methods::text::{
    Comment, Encoded, EncodedError, FitOptions, Guidance, Model, ModelError, Previous, Record, fit,
    fit_guided,
};

fn list(known: &[(String, String, usize)]) -> Vec<Comment<'_>> {
    known.iter().map(|(id, text, _)| Comment { id: id.clone(), text }).collect()
}

#[test]
fn vectors_from_outside_decide_where_words_do_not() {
    let known = comments::comments();
    // A perfect encoder: a direction for each topic.
    let vectors: Vec<Vec<f32>> = known
        .iter()
        .map(|(_, _, topic)| {
            (0_u8..6).map(|at| if usize::from(at) == *topic { 1.0 } else { f32::from(at) / 100.0 }).collect()
        })
        .collect();
    let encoded = Encoded { name: "perfect", vectors: &vectors };
    let guidance = Guidance { encoded: Some(encoded), ..Guidance::default() };
    let fitted = fit_guided(&list(&known), &FitOptions::default(), &guidance, &mut |_| {}).unwrap();
    assert_eq!(fitted.model.encoder(), Some(("perfect", 6)));
    let text = &known[5].1;
    assert_eq!(fitted.model.assign(text).theme(), None, "by its text alone nothing is placed");
    assert_eq!(fitted.model.assign_encoded(text, Some(&vectors[5])).theme(), fitted.assignments[5].theme);
    assert_eq!(fitted.model.assign_encoded(text, Some(&[1.0])).theme(), None);
    let read = Model::from_bytes(&fitted.model.to_bytes()).unwrap();
    assert_eq!(read, fitted.model);

    let check = |vectors: &[Vec<f32>]| {
        let guidance = Guidance { encoded: Some(Encoded { name: "x", vectors }), ..Guidance::default() };
        fit_guided(&list(&known), &FitOptions::default(), &guidance, &mut |_| {}).err()
    };
    assert_eq!(check(&vectors[1..]), Some(EncodedError::Count { vectors: 479, comments: 480 }));
    let mut bad = vectors.clone();
    bad[3] = vec![1.0];
    assert_eq!(check(&bad), Some(EncodedError::Length { at: 3, found: 1, expected: 6 }));
    bad[3] = vec![f32::NAN; 6];
    assert_eq!(check(&bad), Some(EncodedError::NotFinite { at: 3 }));
    assert_eq!(check(&vec![Vec::new(); 480]), Some(EncodedError::Empty));
}

#[test]
fn a_stored_fit_is_read_again_and_another_version_is_told() {
    let known = comments::comments();
    let fitted = fit(&list(&known), &FitOptions::default(), &mut |_| {});
    let record = Record {
        model: fitted.model.clone(),
        outcome: Previous {
            themes: fitted.themes.clone(),
            assignments: fitted.assignments.clone(),
            corrections: 0,
        },
    };
    let mut bytes = record.to_bytes();
    assert_eq!(Record::from_bytes(&bytes), Ok(record));
    assert_eq!(Record::from_bytes(&bytes[..bytes.len() / 2]), Err(ModelError::Malformed));
    assert_eq!(Record::from_bytes(b"{}"), Err(ModelError::Malformed));
    bytes[4] = 1;
    assert_eq!(Record::from_bytes(&bytes), Err(ModelError::Version { found: 1 }));
}
