//! Is it well?

use super::{
    page::{Page, Panel},
    service::OURS,
};

const CALLS: &str = "ting_request_seconds_count";

pub fn page() -> Page {
    Page::new("ting-overview", "ting: is it well?")
        .row("Now", now())
        .row("Calls", calls())
        .row("What waits", waiting())
        .row("What is nearly full", room())
}

fn now() -> Vec<Panel> {
    vec![
        Panel::figure(
            "Processes that answer",
            "none",
            "By service. 0: it is down. One that is missing is not known to Prometheus.",
        )
        .query(r#"sum by (service) (up{job="ting"})"#, "{{service}}")
        .red_below(1.0)
        .wide(10),
        Panel::figure("What they need", "none", "1: Postgres or NATS answers every service that needs it.")
            .query(r#"min by (component) (ting_component_up{job="ting"})"#, "{{component}}")
            .red_below(1.0)
            .wide(5),
        Panel::figure(
            "Alerts that fire",
            "none",
            "Of the rules in deploy/prometheus/rules; the table below names them.",
        )
        .query(r#"count(ALERTS{alertstate="firing", alertname=~"Ting.*"}) or vector(0)"#, "alerts")
        .red_from(1.0)
        .wide(3),
        Panel::figure(
            "Parked facts",
            "none",
            "Facts that a service could not apply, with those behind them: docs/operating/dead-letters.md",
        )
        .query(r#"sum(max by (service) (ting_dead_letters{job="ting"}))"#, "facts")
        .red_from(1.0)
        .wide(3),
        Panel::figure("Open cases", "none", "Cases that nobody has acknowledged, of all workspaces.")
            .query(r#"max(ting_cases{job="ting", state="open"})"#, "cases")
            .wide(3),
        Panel::table("Alerts that fire", "Each has a page of that name in docs/operating/runbooks.")
            .query(r#"ALERTS{alertstate="firing", alertname=~"Ting.*"}"#, ""),
    ]
}

fn calls() -> Vec<Panel> {
    vec![
        Panel::lines("Calls", "reqps", "gRPC calls a second, and requests for the page.")
            .query(
                r#"sum by (service) (rate(ting_request_seconds_count{job="ting"}[$__rate_interval]))"#,
                "{{service}}",
            )
            .query(r#"sum(rate(ting_http_request_seconds_count{job="ting"}[$__rate_interval]))"#, "gateway"),
        Panel::lines("Share of calls that fail", "percentunit", "Errors that are ours, not the caller's.")
            .query(
                // Without any error there would be no line.
                format!(
                    "(sum by (service) (rate({CALLS}{{job=\"ting\", code=~\"{OURS}\"}}[$__rate_interval])) \
                     or 0 * sum by (service) (rate({CALLS}{{job=\"ting\"}}[$__rate_interval]))) \
                     / sum by (service) (rate({CALLS}{{job=\"ting\"}}[$__rate_interval]))"
                ),
                "{{service}}",
            )
            .red_from(0.05),
        Panel::lines("Time of single calls, 95th percentile", "s", "Without imports and other streams.")
            .query(
                r#"histogram_quantile(0.95, sum by (service, le) (rate(ting_request_seconds_bucket{job="ting", method!~".*/(ImportFeedback|Watch|ServerReflectionInfo)"}[$__rate_interval])))"#,
                "{{service}}",
            )
            .red_from(1.0),
    ]
}

fn waiting() -> Vec<Panel> {
    vec![
        Panel::lines("Events to be published", "short", "In the outboxes. They rise when NATS is away.")
            .query(r#"max by (service) (ting_outbox_pending{job="ting"})"#, "{{service}}"),
        Panel::lines("Events to be taken", "short", "In the streams, by who has not taken them yet.").query(
            r#"max by (service, stream) (ting_consumer_pending{job="ting"})"#,
            "{{service}} of {{stream}}",
        ),
        Panel::lines("How late facts are, 95th percentile", "s", "From the owner's commit to the effect here.").query(
            r#"histogram_quantile(0.95, sum by (service, stream, le) (rate(ting_fact_age_seconds_bucket{job="ting"}[$__rate_interval])))"#,
            "{{service}} of {{stream}}",
        ),
    ]
}

fn room() -> Vec<Panel> {
    vec![
        Panel::lines("Shares in use", "percentunit", "Places for calls, connections to the store, the queue of intake, open pages.")
            .query(
                r#"sum by (service) (ting_requests_in_flight{job="ting"}) / sum by (service) (ting_requests_limit{job="ting"})"#,
                "calls of {{service}}",
            )
            .query(
                r#"sum by (service) (ting_database_connections{job="ting", state="in_use"}) / sum by (service) (ting_database_connections_limit{job="ting"})"#,
                "connections of {{service}}",
            )
            .query(r#"sum(ting_intake_queue_items{job="ting"}) / sum(ting_intake_queue_limit{job="ting"})"#, "queue of intake")
            .query(r#"sum(ting_live_connections{job="ting"}) / sum(ting_live_connections_limit{job="ting"})"#, "open pages")
            .red_from(0.8),
        Panel::lines("Streams", "percentunit", "Share of the size at which a stream takes no more.")
            .query(
                r#"max by (service) (ting_stream_bytes{job="ting"}) / max by (service) (ting_stream_limit_bytes{job="ting"})"#,
                "{{service}}",
            )
            .red_from(0.8),
        Panel::lines("Memory", "bytes", "Of each process; its limit is in .env.")
            .query(r#"process_resident_memory_bytes{job="ting"}"#, "{{service}} {{instance}}"),
        Panel::figure("Versions that run", "none", "How many processes run which version.")
            .query(r#"count by (service, version) (ting_build_info{job="ting"})"#, "{{service}} {{version}}")
            .wide(24),
    ]
}
