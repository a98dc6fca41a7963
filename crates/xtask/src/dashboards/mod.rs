//! The dashboards in deploy/grafana/dashboards: what they show stands in `overview`, `journey`, `service` and `gateway`; how Grafana
//! wants to be told of it, in `page`.

mod gateway;
mod journey;
mod overview;
mod page;
mod service;

use crate::generated::Generated;

/// Every dashboard. One that is opened alone has to make sense alone.
pub const FILES: &[Generated] = &[
    file("deploy/grafana/dashboards/overview.json", || overview::page().text()),
    file("deploy/grafana/dashboards/journey.json", || journey::page().text()),
    file("deploy/grafana/dashboards/intake.json", || service::page("intake").text()),
    file("deploy/grafana/dashboards/analysis.json", || service::page("analysis").text()),
    file("deploy/grafana/dashboards/satisfaction.json", || service::page("satisfaction").text()),
    file("deploy/grafana/dashboards/recovery.json", || service::page("recovery").text()),
    file("deploy/grafana/dashboards/gateway.json", || gateway::page().text()),
];

const fn file(path: &'static str, content: fn() -> anyhow::Result<String>) -> Generated {
    Generated { path, chore: "dashboards", content }
}

/// Writes the dashboards, or checks them.
pub fn run(check: bool) -> anyhow::Result<()> {
    FILES.iter().try_for_each(|file| file.run(check))
}
