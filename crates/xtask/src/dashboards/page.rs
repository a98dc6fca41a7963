//! A dashboard in the JSON of Grafana 11 and 12.

use serde_json::{Value, json};

/// Columns of Grafana's grid.
const COLUMNS: u32 = 24;
const SCHEMA_VERSION: u32 = 39;

/// A dashboard: rows of panels, filled from left to right.
pub struct Page {
    uid: String,
    title: String,
    rows: Vec<(String, Vec<Panel>)>,
}

/// How a panel shows its numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Lines,
    /// The last number, large.
    Figure,
    /// The labels of what there is now.
    Table,
}

/// A panel.
pub struct Panel {
    title: String,
    form: Form,
    unit: &'static str,
    explained: String,
    /// Expression and legend.
    queries: Vec<(String, String)>,
    /// From this number on it is red; below, if the number is a minimum.
    limit: Option<Limit>,
    width: u32,
}

#[derive(Clone, Copy)]
enum Limit {
    RedFrom(f64),
    RedBelow(f64),
}

impl Page {
    pub fn new(uid: impl Into<String>, title: impl Into<String>) -> Self {
        Self { uid: uid.into(), title: title.into(), rows: Vec::new() }
    }

    pub fn row(mut self, title: &str, panels: Vec<Panel>) -> Self {
        self.rows.push((title.to_owned(), panels));
        self
    }

    pub fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(&self.json())? + "\n")
    }

    fn json(&self) -> Value {
        json!({
            "uid": self.uid,
            "title": self.title,
            "description": "Made by cargo xtask dashboards; change crates/xtask/src/dashboards instead.",
            "tags": ["ting"],
            "schemaVersion": SCHEMA_VERSION,
            "editable": true,
            // A common cross hair.
            "graphTooltip": 1,
            "time": { "from": "now-3h", "to": "now" },
            "refresh": "30s",
            "timezone": "browser",
            "annotations": { "list": [] },
            "links": [{
                "type": "dashboards", "tags": ["ting"], "title": "ting", "asDropdown": true, "keepTime": true,
                "includeVars": true, "icon": "external link", "targetBlank": false, "tooltip": "", "url": "",
            }],
            "templating": { "list": [{
                "name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus",
                "current": {}, "options": [], "refresh": 1, "regex": "", "hide": 0, "multi": false, "includeAll": false,
            }] },
            "panels": self.panels(),
        })
    }

    fn panels(&self) -> Vec<Value> {
        let (mut panels, mut y) = (Vec::new(), 0);
        for (title, row) in &self.rows {
            let place = json!({ "h": 1, "w": COLUMNS, "x": 0, "y": y });
            panels.push(json!({
                "id": panels.len() + 1, "type": "row", "title": title, "collapsed": false, "gridPos": place, "panels": [],
            }));
            let (mut x, mut tallest) = (0, 0);
            y += 1;
            for panel in row {
                if x + panel.width > COLUMNS {
                    (x, y, tallest) = (0, y + tallest, 0);
                }
                let place = json!({ "h": panel.height(), "w": panel.width, "x": x, "y": y });
                panels.push(panel.json(panels.len() + 1, &place));
                x += panel.width;
                tallest = tallest.max(panel.height());
            }
            y += tallest;
        }
        panels
    }
}

impl Panel {
    /// Lines over time.
    pub fn lines(title: &str, unit: &'static str, explained: &str) -> Self {
        Self::new(Form::Lines, title, unit, explained, 8)
    }

    /// One number for each series.
    pub fn figure(title: &str, unit: &'static str, explained: &str) -> Self {
        Self::new(Form::Figure, title, unit, explained, 4)
    }

    /// A line of labels for each series.
    pub fn table(title: &str, explained: &str) -> Self {
        Self::new(Form::Table, title, "short", explained, COLUMNS)
    }

    fn new(form: Form, title: &str, unit: &'static str, explained: &str, width: u32) -> Self {
        let (title, explained) = (title.to_owned(), explained.to_owned());
        Self { title, form, unit, explained, queries: Vec::new(), limit: None, width }
    }

    pub fn query(mut self, expression: impl Into<String>, legend: &str) -> Self {
        self.queries.push((expression.into(), legend.to_owned()));
        self
    }

    pub fn red_from(mut self, limit: f64) -> Self {
        self.limit = Some(Limit::RedFrom(limit));
        self
    }

    pub fn red_below(mut self, limit: f64) -> Self {
        self.limit = Some(Limit::RedBelow(limit));
        self
    }

    pub fn wide(mut self, columns: u32) -> Self {
        self.width = columns;
        self
    }

    fn height(&self) -> u32 {
        match self.form {
            Form::Lines => 8,
            Form::Figure => 5,
            Form::Table => 7,
        }
    }

    fn json(&self, id: usize, place: &Value) -> Value {
        let mut panel = json!({
            "id": id,
            "type": match self.form { Form::Lines => "timeseries", Form::Figure => "stat", Form::Table => "table" },
            "title": self.title,
            "description": self.explained,
            "datasource": source(),
            "gridPos": place,
            "fieldConfig": { "defaults": self.field(), "overrides": [] },
            "options": self.options(),
            "targets": self.targets(),
        });
        if self.form == Form::Table {
            let hidden =
                json!({ "Time": true, "Value": true, "__name__": true, "alertstate": true, "job": true });
            panel["transformations"] = json!([{ "id": "organize", "options": { "excludeByName": hidden, "indexByName": {}, "renameByName": {} } }]);
        }
        panel
    }

    fn field(&self) -> Value {
        let (first, second) = match self.limit {
            None => (json!({ "color": "green", "value": null }), None),
            Some(Limit::RedFrom(limit)) => {
                (json!({ "color": "green", "value": null }), Some(json!({ "color": "red", "value": limit })))
            }
            Some(Limit::RedBelow(limit)) => {
                (json!({ "color": "red", "value": null }), Some(json!({ "color": "green", "value": limit })))
            }
        };
        let steps: Vec<Value> = std::iter::once(first).chain(second).collect();
        let mut field = json!({ "unit": self.unit, "thresholds": { "mode": "absolute", "steps": steps } });
        if self.form == Form::Lines {
            field["min"] = json!(0);
            field["color"] = json!({ "mode": "palette-classic" });
            let shown = if self.limit.is_some() { "dashed" } else { "off" };
            field["custom"] = json!({
                "drawStyle": "line", "lineWidth": 1, "fillOpacity": 8, "showPoints": "never", "spanNulls": false,
                "thresholdsStyle": { "mode": shown },
            });
        } else {
            field["color"] = json!({ "mode": "thresholds" });
        }
        field
    }

    fn options(&self) -> Value {
        match self.form {
            Form::Lines => json!({
                "legend": { "showLegend": true, "displayMode": "list", "placement": "bottom", "calcs": [] },
                "tooltip": { "mode": "multi", "sort": "desc" },
            }),
            Form::Figure => json!({
                "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
                "colorMode": "background", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
                "textMode": "auto", "wideLayout": true,
            }),
            Form::Table => json!({ "showHeader": true, "cellHeight": "sm", "footer": { "show": false } }),
        }
    }

    fn targets(&self) -> Vec<Value> {
        let letters = ('A'..='Z').zip(&self.queries);
        let target = |(letter, (expression, legend)): (char, &(String, String))| {
            let now = self.form != Form::Lines;
            json!({
                "refId": letter.to_string(), "datasource": source(), "editorMode": "code",
                "expr": expression, "legendFormat": legend, "instant": now, "range": !now,
                "format": if self.form == Form::Table { "table" } else { "time_series" },
            })
        };
        letters.map(target).collect()
    }
}

/// Whichever Prometheus is chosen at the top of the dashboard.
fn source() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}
