//! The house of quality: what technical characteristics owe to what customers demand.
//!
//! Demanded quality i has the weight W_i, and characteristic j serves it with the strength r_ij. Two ways hand the weights on:
//! independent, T_j = Σ_i W_i r_ij, and proportional, T_j = Σ_i W_i r_ij / Σ_k r_ik, which keeps the sum of the weights of all
//! rows that are served. The roof γ says how characteristics help (+) or hinder (−) each other; Wasserman's normalisation
//! (*IIE Transactions* 25, 1993) takes it in: r'_ij = Σ_k r_ik γ_kj / Σ_j Σ_k r_ik γ_kj with γ_jj = 1, and T_j = Σ_i W_i r'_ij.
//! Without a roof it is the proportional distribution.

mod check;
mod distribution;
mod input;
mod picture;

pub use check::HouseError;
pub use input::{Column, Direction, House, Relation, Roof, RoofValue, Row, Scale, Strength, Written};
pub use picture::picture;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use check::Places;
use distribution::Distribution;

/// A characteristic and what it owes to the demanded qualities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Characteristic {
    pub id: String,
    pub direction: Option<Direction>,
    pub unit: Option<String>,
    pub own: Option<Written>,
    pub competitors: BTreeMap<String, Written>,
    pub target: Option<Written>,
    /// Σ W r; in the unit of the weights times that of the scale.
    pub independent: f64,
    /// Its share of the sum of all characteristics; none when that sum is 0.
    pub independent_percent: Option<f64>,
    /// Σ W r / Σ r of the row; in the unit of the weights.
    pub proportional: f64,
    pub proportional_percent: Option<f64>,
    /// As proportional, with the roof; none when a roof of hindrances leaves a row nothing to share out.
    pub wasserman: Option<f64>,
    pub wasserman_percent: Option<f64>,
}

/// Two characteristics of which one suffers when the other is improved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TradeOff {
    pub a: String,
    pub b: String,
    /// Below 0; −1 is the strongest.
    pub value: f64,
    /// What both carry together, proportional, in percent: settle the heavy ones first.
    pub weight_percent: Option<f64>,
}

/// A house of quality, reckoned out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub scale: Scale,
    pub characteristics: Vec<Characteristic>,
    /// Demanded qualities that no characteristic serves: nothing in the product answers them.
    pub uncovered: Vec<String>,
    /// Characteristics that serve no demanded quality: cost without a customer.
    pub redundant: Vec<String>,
    /// The strongest first.
    pub trade_offs: Vec<TradeOff>,
    /// Rows whose shares the roof leaves undefined, so that there is no Wasserman distribution.
    pub undefined_with_roof: Vec<String>,
    /// Whether the file says anything about the roof.
    pub has_roof: bool,
}

/// Hands the weights of demanded qualities on to characteristics. The order of rows and relations changes no value.
pub fn house(house: &House) -> Result<Answer, HouseError> {
    let places = Places::check(house)?;
    let strengths = places.strengths(house);
    let weights: Vec<f64> = house.rows.iter().map(|row| row.weight).collect();
    let independent = Distribution::independent(&weights, &strengths)?;
    let proportional = Distribution::proportional(&weights, &strengths)?;
    let roof = places.roof(house);
    let (wasserman, undefined) = Distribution::wasserman(&weights, &strengths, &roof);
    let characteristic = |(at, column): (usize, &Column)| Characteristic {
        id: column.id.clone(),
        direction: column.direction,
        unit: column.unit.clone(),
        own: column.own.clone(),
        competitors: column.competitors.clone(),
        target: column.target.clone(),
        independent: independent.values[at],
        independent_percent: independent.percent(at),
        proportional: proportional.values[at],
        proportional_percent: proportional.percent(at),
        wasserman: wasserman.as_ref().map(|found| found.values[at]),
        wasserman_percent: wasserman.as_ref().and_then(|found| found.percent(at)),
    };
    let served = |row: &Vec<f64>| row.iter().any(|strength| *strength > 0.0);
    let uncovered = house.rows.iter().zip(&strengths).filter(|(_, row)| !served(row));
    let redundant = house
        .columns
        .iter()
        .enumerate()
        .filter(|(at, _)| strengths.iter().all(|row| row[*at] <= 0.0))
        .map(|(_, column)| column.id.clone());
    Ok(Answer {
        scale: house.scale,
        uncovered: uncovered.map(|(row, _)| row.id.clone()).collect(),
        redundant: redundant.collect(),
        trade_offs: trade_offs(house, &places, &proportional),
        undefined_with_roof: undefined.into_iter().map(|row| house.rows[row].id.clone()).collect(),
        has_roof: !house.roof.is_empty(),
        characteristics: house.columns.iter().enumerate().map(characteristic).collect(),
    })
}

fn trade_offs(house: &House, places: &Places<'_>, weights: &Distribution) -> Vec<TradeOff> {
    let share = |id: &str| weights.percent(places.column(id)?);
    let mut found: Vec<TradeOff> = house
        .roof
        .iter()
        .filter(|pair| pair.value.number() < 0.0)
        .map(|Roof { a, b, value }| TradeOff {
            a: a.clone(),
            b: b.clone(),
            value: value.number(),
            weight_percent: share(a).zip(share(b)).map(|(a, b)| a + b),
        })
        .collect();
    found.sort_by(|x, y| {
        let heavier = y.weight_percent.unwrap_or_default().total_cmp(&x.weight_percent.unwrap_or_default());
        x.value.total_cmp(&y.value).then(heavier).then_with(|| (&x.a, &x.b).cmp(&(&y.a, &y.b)))
    });
    found
}
