//! One service of the four: its calls, what is nearly full, what goes out and what comes in.

use super::page::{Page, Panel};

/// Codes that are our fault.
pub const OURS: &str = "INTERNAL|UNAVAILABLE|DEADLINE_EXCEEDED|UNKNOWN|DATA_LOSS";
/// Streams may take long.
const SINGLE: &str = r#"method!~".*/(ImportFeedback|Watch|ServerReflectionInfo)""#;

pub fn page(service: &str) -> Page {
    let page = Page::new(format!("ting-{service}"), format!("ting: {service}"))
        .row("Calls", calls(service))
        .row("What is nearly full", room(service))
        .row("Events that go out", out(service));
    let page = if service == "intake" { page } else { page.row("Events that come in", inward(service)) };
    match service {
        "intake" => page.row("Queue", queue()),
        "analysis" => page.row("Runs", runs()),
        "satisfaction" => page.row("Alerts", alerts()),
        _ => page.row("Cases and notifications", cases().into_iter().chain([disabled_endpoints()]).collect()),
    }
}

fn calls(service: &str) -> Vec<Panel> {
    let of = format!(r#"job="ting", service="{service}""#);
    let quantile = |share: &str, by: &str| {
        format!(
            "histogram_quantile({share}, sum by ({by}le) (rate(ting_request_seconds_bucket{{{of}, {SINGLE}}}[$__rate_interval])))"
        )
    };
    vec![
        Panel::lines("Calls by method", "reqps", "A second.").query(
            format!("sum by (method) (rate(ting_request_seconds_count{{{of}}}[$__rate_interval]))"),
            "{{method}}",
        ),
        Panel::lines("Errors by method and code", "reqps", "Ours: INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED, UNKNOWN, DATA_LOSS.").query(
            format!(r#"sum by (method, code) (rate(ting_request_seconds_count{{{of}, code=~"{OURS}"}}[$__rate_interval]))"#),
            "{{method}} {{code}}",
        ),
        Panel::lines("Refused by code", "reqps", "The caller's: bad input, no right, too much at once.").query(
            format!(
                r#"sum by (code) (rate(ting_request_seconds_count{{{of}, code!~"OK|CANCELLED|{OURS}"}}[$__rate_interval]))"#
            ),
            "{{code}}",
        ),
        Panel::lines("Time of single calls", "s", "Without imports and other streams.")
            .query(quantile("0.5", ""), "half")
            .query(quantile("0.95", ""), "95 %")
            .query(quantile("0.99", ""), "99 %")
            .wide(12),
        Panel::lines("Slowest methods, 95th percentile", "s", "The five slowest at each moment.")
            .query(format!("topk(5, {})", quantile("0.95", "method, ")), "{{method}}")
            .wide(12),
    ]
}

fn room(service: &str) -> Vec<Panel> {
    let of = format!(r#"job="ting", service="{service}""#);
    vec![
        Panel::lines("Calls in flight", "short", "And how many may be; further ones are refused.")
            .query(format!("sum(ting_requests_in_flight{{{of}}})"), "in flight")
            .query(format!("sum(ting_requests_limit{{{of}}})"), "limit")
            .wide(6),
        Panel::lines("Connections to the store", "short", "And how many may be.")
            .query(format!("sum by (state) (ting_database_connections{{{of}}})"), "{{state}}")
            .query(format!("sum(ting_database_connections_limit{{{of}}})"), "limit")
            .wide(6),
        Panel::lines("Wait for a connection", "s", "Of transactions, until they have begun.")
            .query(
                format!("histogram_quantile(0.95, sum by (le) (rate(ting_database_wait_seconds_bucket{{{of}}}[$__rate_interval])))"),
                "95 %",
            )
            .red_from(0.5)
            .wide(6),
        Panel::lines("Memory", "bytes", "Of each process; its limit is in .env.")
            .query(format!("process_resident_memory_bytes{{{of}}}"), "{{instance}}")
            .wide(6),
        Panel::figure("What it needs", "none", "1: it answers.")
            .query(format!("min by (component) (ting_component_up{{{of}}})"), "{{component}}")
            .red_below(1.0)
            .wide(8),
        Panel::figure("Running since", "dateTimeFromNow", "The youngest process.")
            .query(format!("max(process_start_time_seconds{{{of}}}) * 1000"), "start")
            .wide(8),
        Panel::figure("Version", "none", "How many processes run it.")
            .query(format!("count by (version) (ting_build_info{{{of}}})"), "{{version}}")
            .wide(8),
    ]
}

fn out(service: &str) -> Vec<Panel> {
    let of = format!(r#"job="ting", service="{service}""#);
    vec![
        Panel::lines("Published", "ops", "Events a second.").query(
            format!("sum by (event) (rate(ting_events_published_total{{{of}}}[$__rate_interval]))"),
            "{{event}}",
        ),
        Panel::lines("To be published", "short", "Events in the outbox.")
            .query(format!("max(ting_outbox_pending{{{of}}})"), "events"),
        Panel::lines("Oldest event not published", "s", "Milliseconds, when all is well.")
            .query(format!("max(ting_outbox_oldest_seconds{{{of}}})"), "age")
            .red_from(60.0),
        Panel::lines("Its stream", "bytes", "Size, and the size at which it takes no more.")
            .query(format!("max(ting_stream_bytes{{{of}}})"), "size")
            .query(format!("max(ting_stream_limit_bytes{{{of}}})"), "limit")
            .wide(12),
        Panel::lines("Events that the stream lost", "short", "In the last hour; they are published again.")
            .query(format!("sum(increase(ting_stream_events_lost_total{{{of}}}[1h]))"), "events")
            .red_from(1.0)
            .wide(12),
    ]
}

fn inward(service: &str) -> Vec<Panel> {
    let of = format!(r#"job="ting", service="{service}""#);
    let quantile = |metric: &str| {
        format!(
            "histogram_quantile(0.95, sum by (stream, le) (rate({metric}_bucket{{{of}}}[$__rate_interval])))"
        )
    };
    vec![
        Panel::lines("To be taken", "short", "Events in the streams that it follows.")
            .query(format!("max by (stream) (ting_consumer_pending{{{of}}})"), "{{stream}}"),
        Panel::lines("Facts applied", "ops", "A second.").query(
            format!("sum by (stream) (rate(ting_fact_age_seconds_count{{{of}}}[$__rate_interval]))"),
            "{{stream}}",
        ),
        Panel::lines(
            "How late facts are, 95th percentile",
            "s",
            "From the owner's commit to the effect here.",
        )
        .query(quantile("ting_fact_age_seconds"), "{{stream}}")
        .red_from(300.0),
        Panel::lines("Time of a batch, 95th percentile", "s", "One transaction.")
            .query(quantile("ting_handler_seconds"), "{{stream}}")
            .wide(12),
        Panel::lines(
            "Parked",
            "short",
            "Facts that could not be applied with those behind them, and whom they are about.",
        )
        .query(format!("max(ting_dead_letters{{{of}}})"), "facts")
        .query(format!("max(ting_parked_aggregates{{{of}}})"), "aggregates")
        .red_from(1.0)
        .wide(12),
    ]
}

fn queue() -> Vec<Panel> {
    vec![
        Panel::lines(
            "Waiting for their transaction",
            "short",
            "Feedback and responses, and how many may wait.",
        )
        .query(r#"sum(ting_intake_queue_items{job="ting"})"#, "waiting")
        .query(r#"sum(ting_intake_queue_limit{job="ting"})"#, "limit")
        .wide(24),
    ]
}

fn runs() -> Vec<Panel> {
    vec![
        Panel::lines("Runs that ended", "short", "In the last hour, by how. Left: another process went on with it.")
            .query(r#"sum by (result) (increase(ting_run_seconds_count{job="ting"}[1h]))"#, "{{result}}")
            .wide(12),
        Panel::lines("Time of finished runs", "s", "The mean over the last hour.")
            .query(
                r#"sum(rate(ting_run_seconds_sum{job="ting", result="finished"}[1h])) / sum(rate(ting_run_seconds_count{job="ting", result="finished"}[1h]))"#,
                "mean",
            )
            .wide(12),
    ]
}

fn alerts() -> Vec<Panel> {
    vec![
        Panel::lines("Scores below their floor", "short", "Of all workspaces.")
            .query(r#"max(ting_alerts_open{job="ting"})"#, "scores")
            .red_from(1.0)
            .wide(24),
    ]
}

/// Cases, and how people are told of them: for the page of recovery and for the one of the whole way.
pub fn cases() -> Vec<Panel> {
    vec![
        Panel::lines("Cases by state", "short", "Not closed, of all workspaces.")
            .query(r#"max by (state) (ting_cases{job="ting"})"#, "{{state}}"),
        Panel::lines("Oldest case", "s", "How long ago the oldest case in each state was opened.")
            .query(r#"max by (state) (ting_case_oldest_seconds{job="ting"})"#, "{{state}}"),
        Panel::lines("Notifications", "short", "Pending: sent soon, or tried again later. Overdue: nobody sends them.")
            .query(r#"max(ting_notifications_pending{job="ting"})"#, "pending")
            .query(r#"max(ting_notifications_overdue{job="ting"})"#, "overdue"),
        Panel::lines("Attempts to notify", "ops", "By result; everything but DELIVERED is tried again, up to ten times.").query(
            r#"sum by (kind, result) (rate(ting_notification_attempt_seconds_count{job="ting"}[$__rate_interval])) > 0"#,
            "{{kind}} {{result}}",
        ),
        Panel::lines("Time of attempts, 95th percentile", "s", "How long receivers take.").query(
            r#"histogram_quantile(0.95, sum by (kind, le) (rate(ting_notification_attempt_seconds_bucket{job="ting"}[$__rate_interval])))"#,
            "{{kind}}",
        ),
    ]
}

fn disabled_endpoints() -> Panel {
    Panel::lines("Disabled endpoints", "short", "They failed for too long; nobody is told there any more.")
        .query(r#"max(ting_endpoints_disabled{job="ting"})"#, "endpoints")
        .red_from(1.0)
}
