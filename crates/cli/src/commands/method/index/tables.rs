use ting_methods::index::{Index, Mode, PathResult, Reliability};
use ting_methods::stats::Spread;

use crate::output::{Cell, Column, Table};

/// Latent variables, paths, effects on all ways, questions; what a reader should know stands below the last.
pub fn tables(found: &Index) -> Vec<Table> {
    let mut questions = questions(found);
    if !found.warnings.is_empty() {
        let told: Vec<String> = found.warnings.iter().map(|warning| format!("! {warning}")).collect();
        questions = questions.foot(told.join("\n"));
    }
    vec![latents(found), paths(found), effects(found), questions]
}

fn number(value: Option<f64>) -> String {
    value.map(|value| format!("{value:.3}")).unwrap_or_default()
}

fn latents(found: &Index) -> Table {
    let columns = [
        Column::text("latent variable"),
        Column::right("index"),
        Column::right("R²"),
        Column::right("alpha"),
        Column::right("rho_A"),
        Column::right("rho_C"),
        Column::right("AVE"),
        Column::left("distinct"),
    ];
    let fit = found.gof.map(|gof| format!(", GoF {gof:.3}")).unwrap_or_default();
    let foot = format!(
        "n = {}{fit}; index 0 to 100; distinct: √AVE above every correlation (Fornell, Larcker)",
        found.n
    );
    let mut table = Table::list(&columns, "").foot(foot);
    for latent in &found.latent {
        let name =
            latent.zh.as_ref().map_or_else(|| latent.name.clone(), |zh| format!("{} {zh}", latent.name));
        // Indicators that make a latent variable need not agree.
        let reliability = if latent.mode == Mode::A { latent.reliability } else { Reliability::default() };
        let distinct = match latent.fornell_larcker.filter(|_| latent.mode == Mode::A) {
            Some(true) => Cell::new("yes"),
            Some(false) => Cell::warning("no"),
            None => Cell::new(""),
        };
        table.row(vec![
            name.into(),
            latent.index.map(|index| format!("{index:.1}")).unwrap_or_default().into(),
            number(latent.r_squared).into(),
            number(reliability.alpha).into(),
            number(reliability.rho_a).into(),
            number(reliability.rho_c).into(),
            number(reliability.ave).into(),
            distinct,
        ]);
    }
    table
}

fn paths(found: &Index) -> Table {
    let columns = [
        Column::text("from"),
        Column::text("to"),
        Column::right("path"),
        Column::right("SE"),
        Column::left(if found.bootstrap.is_some() { "95 % interval" } else { "p" }),
        Column::left("95 % BCa"),
        Column::right("VIF"),
    ];
    let columns: Vec<Column> = columns
        .into_iter()
        .filter(|column| found.bootstrap.is_some() || column.title != "95 % BCa")
        .collect();
    let foot = match found.bootstrap {
        Some(bootstrap) => format!("{} bootstrap samples, seed {}", bootstrap.samples, bootstrap.seed),
        None => "SE and p as if scores were measured; --bootstrap 5000 gives honest intervals".to_owned(),
    };
    let mut table = Table::list(&columns, "").foot(foot);
    for path in &found.paths {
        let mut cells = vec![path.from.as_str().into(), path.to.as_str().into(), coefficient(path)];
        if found.bootstrap.is_some() {
            let Spread { se, low, high, bca_low, bca_high } = path.spread;
            cells.extend([number(se).into(), interval(low, high).into(), interval(bca_low, bca_high).into()]);
        } else {
            cells.extend([number(path.regression.ols_se).into(), number(path.regression.p).into()]);
        }
        cells.push(format!("{:.2}", path.regression.vif).into());
        table.row(cells);
    }
    table
}

fn coefficient(path: &PathResult) -> Cell {
    let text = format!("{:.3}", path.value);
    if path.significant() == Some(true) { Cell::good(text) } else { Cell::faint(text) }
}

fn interval(low: Option<f64>, high: Option<f64>) -> String {
    low.zip(high).map(|(low, high)| format!("{low:.3} to {high:.3}")).unwrap_or_default()
}

fn effects(found: &Index) -> Table {
    let columns = [
        Column::text("from"),
        Column::text("to"),
        Column::right("direct"),
        Column::right("indirect"),
        Column::right("total"),
        Column::left("95 % interval"),
        Column::right("points"),
    ];
    let foot = "points: how many index points the effect gains for one point of the cause";
    let mut table = Table::list(&columns, "").foot(foot);
    for effect in &found.total_effects {
        table.row(vec![
            effect.from.as_str().into(),
            effect.to.as_str().into(),
            number(Some(effect.direct)).into(),
            number(Some(effect.indirect)).into(),
            number(Some(effect.value)).into(),
            interval(effect.spread.low, effect.spread.high).into(),
            effect.importance.map(|points| format!("{points:.2}")).unwrap_or_default().into(),
        ]);
    }
    table
}

fn questions(found: &Index) -> Table {
    let columns = [
        Column::text("indicator"),
        Column::text("latent variable"),
        Column::right("mean"),
        Column::right("weight"),
        Column::right("loading"),
        Column::left("95 % of loading"),
    ];
    let mut table = Table::list(&columns, "");
    for outer in &found.outer {
        let spread = outer.loading_spread.unwrap_or_default();
        table.row(vec![
            outer.indicator.as_str().into(),
            outer.latent.as_str().into(),
            format!("{:.2}", outer.mean).into(),
            number(Some(outer.weight)).into(),
            number(Some(outer.loading)).into(),
            interval(spread.low, spread.high).into(),
        ]);
    }
    table
}
