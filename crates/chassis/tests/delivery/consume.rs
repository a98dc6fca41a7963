use ting_testkit::Bed;
use uuid::Uuid;

use crate::notes::{Notes, event, intake_stream, noted_up_to, notes, parked, send, send_bytes, workspace};

const FAST: &str = "[consumer]\nack_wait_ms = 2000\n";

#[tokio::test]
async fn an_event_delivered_five_times_takes_effect_once() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>(FAST).await;
    let acme = workspace("acme");
    let first = event(&acme, "anna", &[(1, "one"), (2, "two")]);
    for copy in 0..5 {
        send(&jetstream, &first, "anna", Uuid::from_u128(copy)).await;
    }
    let last = event(&acme, "anna", &[(3, "three")]);
    send(&jetstream, &last, "anna", last.id).await;
    noted_up_to(&service.owner_url, "anna", 3).await;
    let texts: Vec<String> =
        notes(&service.owner_url, "anna").await.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    service.stop().await;
}

#[tokio::test]
async fn an_event_that_comes_early_waits_for_the_one_before() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>(FAST).await;
    let acme = workspace("acme");
    let events = [
        event(&acme, "anna", &[(3, "three")]),
        event(&acme, "anna", &[(2, "two")]),
        event(&acme, "anna", &[(1, "one")]),
    ];
    let other = event(&acme, "anna", &[(4, "four")]);
    for event in events.iter().chain([&other]) {
        send(&jetstream, event, "anna", event.id).await;
    }
    noted_up_to(&service.owner_url, "anna", 4).await;
    let sequences: Vec<i64> =
        notes(&service.owner_url, "anna").await.into_iter().map(|(sequence, _)| sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4]);
    service.stop().await;
}

#[tokio::test]
async fn a_fact_that_cannot_be_applied_is_parked_with_the_later_ones_and_others_pass() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>(FAST).await;
    let acme = workspace("acme");
    for (aggregate, facts) in [
        ("anna", vec![(1, "good"), (2, "poison"), (3, "behind")]),
        ("bert", vec![(1, "good")]),
        ("carl", vec![(1, "panic")]),
        ("anna", vec![(4, "further behind")]),
        ("bert", vec![(2, "good too")]),
    ] {
        let event = event(&acme, aggregate, &facts);
        send(&jetstream, &event, aggregate, event.id).await;
    }
    noted_up_to(&service.owner_url, "bert", 2).await;
    let parked = parked(&service.owner_url, 4).await;
    let places: Vec<(&str, i64)> =
        parked.iter().map(|(aggregate, sequence, _)| (aggregate.as_str(), *sequence)).collect();
    assert_eq!(places, [("anna", 2), ("anna", 3), ("anna", 4), ("carl", 1)]);
    assert!(parked[0].2.contains("note_not_poison"), "{}", parked[0].2);
    assert!(parked[3].2.contains("panicked"), "{}", parked[3].2);
    assert_eq!(notes(&service.owner_url, "anna").await.len(), 1);
    service.stop().await;
}

#[tokio::test]
async fn bytes_that_are_no_event_are_kept_and_do_not_stop_the_rest() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>(FAST).await;
    let acme = workspace("acme");
    let good = event(&acme, "anna", &[(1, "good")]);
    let mut foreign = serde_json::to_value(&good).unwrap();
    foreign["workspace"] = "other".into();
    let payloads: [Vec<u8>; 5] = [
        b"".to_vec(),
        b"\x00\xff\x17".to_vec(),
        b"{\"specversion\":\"1.0\"".to_vec(),
        b"[]".to_vec(),
        serde_json::to_vec(&foreign).unwrap(),
    ];
    for (index, payload) in payloads.into_iter().enumerate() {
        let id = Uuid::from_u128(index as u128);
        send_bytes(&jetstream, "ting.acme.intake.feedback_received.v1.p00", payload, id).await;
    }
    send(&jetstream, &good, "anna", good.id).await;
    noted_up_to(&service.owner_url, "anna", 1).await;
    let parked = parked(&service.owner_url, 5).await;
    assert!(parked.iter().all(|(aggregate, sequence, _)| aggregate.is_empty() && *sequence == 0));
    service.stop().await;
}

#[tokio::test]
async fn events_of_types_nobody_knows_yet_are_passed_over_in_order() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>(FAST).await;
    let acme = workspace("acme");
    let mut future = serde_json::to_value(event(&acme, "anna", &[(1, "from the future")])).unwrap();
    future["type"] = "ting.intake.horoscope_drawn.v9".into();
    let id = Uuid::from_u128(9);
    let subject =
        ting_events::subject(&acme, "intake", "feedback_received", ting_events::partition(&acme, "anna"));
    send_bytes(&jetstream, &subject, serde_json::to_vec(&future).unwrap(), id).await;
    let next = event(&acme, "anna", &[(2, "known")]);
    send(&jetstream, &next, "anna", next.id).await;
    noted_up_to(&service.owner_url, "anna", 2).await;
    assert_eq!(notes(&service.owner_url, "anna").await, [(2, "known".to_owned())]);
    service.stop().await;
}

#[tokio::test]
async fn two_replicas_share_a_stream_and_keep_every_aggregate_in_order() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let one = bed.service::<Notes>(FAST).await;
    let two = bed.service_on::<Notes>(FAST, &one.owner_url).await;
    let acme = workspace("acme");
    for sequence in 1..=20 {
        for customer in 0..10 {
            let aggregate = format!("c{customer}");
            let event = event(&acme, &aggregate, &[(sequence, "hello")]);
            send(&jetstream, &event, &aggregate, event.id).await;
        }
        if sequence == 10 {
            // Its partitions pass to the other one.
            let restarted = bed.service_on::<Notes>(FAST, &one.owner_url).await;
            restarted.stop().await;
        }
    }
    for customer in 0..10 {
        let aggregate = format!("c{customer}");
        noted_up_to(&one.owner_url, &aggregate, 20).await;
        let sequences: Vec<i64> =
            notes(&one.owner_url, &aggregate).await.into_iter().map(|(sequence, _)| sequence).collect();
        assert_eq!(sequences, (1..=20).collect::<Vec<i64>>(), "{aggregate}");
    }
    two.stop().await;
    one.stop().await;
}

#[tokio::test]
async fn one_customer_who_waits_does_not_hold_up_the_others_of_the_same_event() {
    let bed = Bed::start().await;
    let jetstream = intake_stream(&bed).await;
    let service = bed.service::<Notes>(FAST).await;
    let acme = workspace("acme");
    // Two customers of one partition in one event; the first fact of anna comes later.
    let neighbour = (0..10_000)
        .map(|number| format!("c{number}"))
        .find(|name| ting_events::partition(&acme, name) == ting_events::partition(&acme, "anna"))
        .unwrap();
    let mut both = serde_json::to_value(event(&acme, "anna", &[(2, "two")])).unwrap();
    let other = serde_json::to_value(event(&acme, &neighbour, &[(1, "one")])).unwrap();
    both["data"]["items"].as_array_mut().unwrap().push(other["data"]["items"][0].clone());
    let both: ting_events::Envelope = serde_json::from_value(both).unwrap();
    send(&jetstream, &both, "anna", both.id).await;
    noted_up_to(&service.owner_url, &neighbour, 1).await;
    assert!(notes(&service.owner_url, "anna").await.is_empty());
    let first = event(&acme, "anna", &[(1, "one")]);
    send(&jetstream, &first, "anna", first.id).await;
    noted_up_to(&service.owner_url, "anna", 2).await;
    assert_eq!(notes(&service.owner_url, &neighbour).await.len(), 1);
    service.stop().await;
}
