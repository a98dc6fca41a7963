//! The page.

use super::page::{Page, Panel};

pub fn page() -> Page {
    Page::new("ting-gateway", "ting: gateway")
        .row("Requests", requests())
        .row("People", people())
        .row("Process", process())
}

fn requests() -> Vec<Panel> {
    vec![
        Panel::lines("Requests by route", "reqps", "A second.").query(
            r#"sum by (route) (rate(ting_http_request_seconds_count{job="ting"}[$__rate_interval]))"#,
            "{{route}}",
        ),
        Panel::lines("Answers that are no success", "reqps", "By route and status; 401 and 303 are people who have to sign in.").query(
            r#"sum by (route, code) (rate(ting_http_request_seconds_count{job="ting", code!~"2.."}[$__rate_interval]))"#,
            "{{route}} {{code}}",
        ),
        Panel::lines("Time until the answer begins, 95th percentile", "s", "The page asks every service before it answers.").query(
            r#"histogram_quantile(0.95, sum by (route, le) (rate(ting_http_request_seconds_bucket{job="ting"}[$__rate_interval])))"#,
            "{{route}}",
        ),
    ]
}

fn people() -> Vec<Panel> {
    vec![
        Panel::lines("Open pages", "short", "Kept current, and how many may be.")
            .query(r#"sum(ting_live_connections{job="ting"})"#, "open")
            .query(r#"sum(ting_live_connections_limit{job="ting"})"#, "limit")
            .wide(12),
        Panel::lines("Sessions", "short", "Of people who have signed in.")
            .query(r#"sum(ting_sessions{job="ting"})"#, "sessions")
            .wide(12),
    ]
}

fn process() -> Vec<Panel> {
    let of = r#"job="ting", service="gateway""#;
    vec![
        Panel::lines("Memory", "bytes", "Of each process; its limit is in .env.")
            .query(format!("process_resident_memory_bytes{{{of}}}"), "{{instance}}")
            .wide(12),
        Panel::figure(
            "What it needs",
            "none",
            "1: it answers. Without NATS the page does not hear of changes.",
        )
        .query(format!("min by (component) (ting_component_up{{{of}}})"), "{{component}}")
        .red_below(1.0),
        Panel::figure("Running since", "dateTimeFromNow", "The youngest process.")
            .query(format!("max(process_start_time_seconds{{{of}}}) * 1000"), "start"),
        Panel::figure("Version", "none", "How many processes run it.")
            .query(format!("count by (version) (ting_build_info{{{of}}})"), "{{version}}"),
    ]
}
