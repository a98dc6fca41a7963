//! From a comment to somebody who looks after it: where it takes long, and where it waits.

use super::{
    page::{Page, Panel},
    service::cases,
};

pub fn page() -> Page {
    Page::new("ting-journey", "ting: from comment to case")
        .row("1. Customers say something", said())
        .row("2. It is carried to the other services", carried())
        .row("3. It is taken up", taken())
        .row("4. It is understood and scored", understood())
        .row("5. A case is opened and somebody is told", told())
}

fn said() -> Vec<Panel> {
    vec![
        Panel::lines("Taken in", "reqps", "Calls that intake answered OK. An import is one call.").query(
            r#"sum by (method) (rate(ting_request_seconds_count{job="ting", service="intake", method=~".*/(Submit.*|ImportFeedback|Upsert.*)", code="OK"}[$__rate_interval]))"#,
            "{{method}}",
        ),
        Panel::lines("Waiting for their transaction", "short", "Feedback and responses in the queue of intake, and its limit.")
            .query(r#"sum(ting_intake_queue_items{job="ting"})"#, "waiting")
            .query(r#"sum(ting_intake_queue_limit{job="ting"})"#, "limit"),
        Panel::lines("Published by intake", "ops", "Events a second; one has up to 100 facts.").query(
            r#"sum by (event) (rate(ting_events_published_total{job="ting", service="intake"}[$__rate_interval]))"#,
            "{{event}}",
        ),
    ]
}

fn carried() -> Vec<Panel> {
    vec![
        Panel::lines(
            "Events to be published",
            "short",
            "Stored with the change they tell of, not in the stream yet.",
        )
        .query(r#"max by (service) (ting_outbox_pending{job="ting"})"#, "{{service}}"),
        Panel::lines("Oldest event not published", "s", "Milliseconds, when all is well.")
            .query(r#"max by (service) (ting_outbox_oldest_seconds{job="ting"})"#, "{{service}}")
            .red_from(60.0),
        Panel::lines("Events to be taken", "short", "In the streams, by who has not taken them yet.").query(
            r#"max by (service, stream) (ting_consumer_pending{job="ting"})"#,
            "{{service}} of {{stream}}",
        ),
    ]
}

fn taken() -> Vec<Panel> {
    vec![
        Panel::lines("Facts applied", "ops", "A second.").query(
            r#"sum by (service, stream) (rate(ting_fact_age_seconds_count{job="ting"}[$__rate_interval]))"#,
            "{{service}} of {{stream}}",
        ),
        Panel::lines("How late facts are, 95th percentile", "s", "From the owner's commit to the effect here.")
            .query(
                r#"histogram_quantile(0.95, sum by (service, stream, le) (rate(ting_fact_age_seconds_bucket{job="ting"}[$__rate_interval])))"#,
                "{{service}} of {{stream}}",
            )
            .red_from(300.0),
        Panel::lines("Parked facts", "short", "They could not be applied, or wait behind one that could not.")
            .query(r#"max by (service) (ting_dead_letters{job="ting"})"#, "{{service}}")
            .red_from(1.0),
    ]
}

fn understood() -> Vec<Panel> {
    vec![
        Panel::lines("Published by analysis", "ops", "Events a second: comments understood, themes changed, runs ended.").query(
            r#"sum by (event) (rate(ting_events_published_total{job="ting", service="analysis"}[$__rate_interval]))"#,
            "{{event}}",
        ),
        Panel::lines("Published by satisfaction", "ops", "Events a second: scores, bands, alerts.").query(
            r#"sum by (event) (rate(ting_events_published_total{job="ting", service="satisfaction"}[$__rate_interval]))"#,
            "{{event}}",
        ),
        Panel::lines("Scores below their floor", "short", "Of all workspaces.")
            .query(r#"max(ting_alerts_open{job="ting"})"#, "scores")
            .red_from(1.0),
    ]
}

fn told() -> Vec<Panel> {
    let life = Panel::lines("Life of cases", "short", "Events of the last hour.").query(
        r#"sum by (event) (increase(ting_events_published_total{job="ting", service="recovery", event=~"case_.*"}[1h]))"#,
        "{{event}}",
    );
    [life].into_iter().chain(cases()).collect()
}
