//! Methods on files, without any service: a file for each, named as its page in `docs/methods/`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{error::CliError, output::Output};

mod affinity;
mod assign;
mod bundle;
mod ces;
mod clv;
mod consistency;
mod csat;
mod delight;
mod drivers;
mod duplicates;
mod excluded;
mod forecast;
mod house;
mod index;
mod kano;
mod lint;
mod named;
mod nps;
mod priority;
mod quality_plan;
mod queue;
mod ratio;
mod rfm;
mod score;
mod segments;
mod sentiment;
mod servqual;
mod text;
mod themes;
mod transactions;
mod urgency;
mod word_of_mouth;

/// Which method.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting method bundle parcels.toml --choose speed=express   what is possible, and what conflicts
  ting method queue --calls 100 --handling 180   how many agents a service level takes
  ting method consistency services.csv           where a service loses what customers need
  ting method nps answers.csv --column q1 --by segment
  ting method consistency services.csv --format json
  ting method forecast complaints.csv --season 12 what comes next
  ting method segments customers.csv --id customer   which customers behave alike
  ting method index --model ecsi --data survey.csv --bootstrap 5000 --svg paths.svg
  ting method drivers ratings.csv --outcome satisfaction --svg map.svg
  ting method kano survey.csv --svg plane.svg    what customers take for granted, want more of, are delighted by
  ting method priority needs.csv                 which needs come first
  ting method rfm transactions.csv               who buys recently, often and much
  ting method clv transactions.csv               what customers will be worth
  ting method lint demanded.txt                  which demanded qualities are badly phrased
  ting method house house.json --svg house.svg   what technical characteristics owe to customers

FILE may be - for standard input. `--format json` is a contract, documented with each method in docs/methods/.")]
pub enum Method {
    /// Propose islands of demanded qualities that mean about the same, or check a tree of them
    Affinity(affinity::Affinity),
    /// Place new comments in themes that were found before
    Assign(assign::Assign),
    /// Tell which configurations of a service meet what a customer asks for, and what conflicts
    Bundle(bundle::Bundle),
    /// Score how easy it was for customers, with its interval
    Ces(ces::Ces),
    /// Tell what customers will be worth, from their purchases or from a margin and a retention rate
    Clv(clv::Command),
    /// Tell how consistently services answer needs, and which grade to raise first
    Consistency(consistency::Consistency),
    /// Score the share of satisfied customers, with its interval
    Csat(csat::Csat),
    /// Tell who is delighted and who is outraged, and by which rule
    Delight(delight::Delight),
    /// Weigh what drives satisfaction, and part strengths from weaknesses
    Drivers(drivers::Drivers),
    /// Find comments that say the same in nearly the same words
    Duplicates(duplicates::Duplicates),
    /// Tell what comes next in a series, or where experts agree
    Forecast(Box<forecast::Forecast>),
    /// Hand weights of demanded qualities on to technical characteristics, and draw the house of quality
    House(house::House),
    /// Fit a satisfaction index (SCSB, ACSI, ECSI, CCSI or your own) by partial least squares
    Index(index::Index),
    /// Tell what customers take for granted, want more of, and are delighted by (Kano's questionnaire)
    Kano(kano::Kano),
    /// Warn where demanded qualities are phrased so that little can be made of them
    Lint(lint::Lint),
    /// Score how likely customers are to recommend, with its interval
    Nps(nps::Nps),
    /// Put needs in order by who mentions them, and how often
    Priority(priority::PriorityCommand),
    /// Weigh demanded qualities by importance, planned improvement and sales point
    QualityPlan(quality_plan::QualityPlan),
    /// Tell how many agents or lines a service level takes, and how long customers wait
    Queue(queue::Queue),
    /// Compare what was perceived with what was expected, as a ratio
    Ratio(ratio::Ratio),
    /// Score customers by recency, frequency and money, and put them into segments
    Rfm(rfm::Rfm),
    /// Group customers that behave alike, and tell what makes each group different
    Segments(Box<segments::Segments>),
    /// Tell praise from complaint, with the words that decided
    Sentiment(sentiment::Sentiment),
    /// Measure the gaps between what is expected and what is perceived
    Servqual(servqual::Servqual),
    /// Find what many comments speak of, and name it in their words
    Themes(Box<themes::Themes>),
    /// Tell which comments want an answer soon, and why
    Urgency(urgency::Urgency),
    /// Estimate how many people hear of it and what keeping customers is worth
    WordOfMouth(Box<word_of_mouth::WordOfMouth>),
}

/// Computes it. Nothing but the files named is read or written; texts leave only for an embeddings address that was given.
pub fn run(output: &Output, method: Method) -> Result<(), CliError> {
    match method {
        Method::Affinity(command) => affinity::run(output, &command),
        Method::Assign(command) => assign::run(output, &command),
        Method::Bundle(command) => bundle::run(output, &command),
        Method::Ces(command) => ces::run(output, &command),
        Method::Clv(command) => clv::run(output, &command),
        Method::Consistency(command) => consistency::run(output, &command),
        Method::Csat(command) => csat::run(output, &command),
        Method::Delight(command) => delight::run(output, &command),
        Method::Drivers(command) => drivers::run(output, &command),
        Method::Duplicates(command) => duplicates::run(output, &command),
        Method::Forecast(command) => forecast::run(output, &command),
        Method::House(command) => house::run(output, &command),
        Method::Index(command) => index::run(output, &command),
        Method::Kano(command) => kano::run(output, &command),
        Method::Lint(command) => lint::run(output, &command),
        Method::Nps(command) => nps::run(output, &command),
        Method::Priority(command) => priority::run(output, &command),
        Method::QualityPlan(command) => quality_plan::run(output, &command),
        Method::Queue(command) => queue::run(output, &command),
        Method::Ratio(command) => ratio::run(output, &command),
        Method::Rfm(command) => rfm::run(output, &command),
        Method::Segments(command) => segments::run(output, &command),
        Method::Sentiment(command) => sentiment::run(output, &command),
        Method::Servqual(command) => servqual::run(output, &command),
        Method::Themes(command) => themes::run(output, &command),
        Method::Urgency(command) => urgency::run(output, &command),
        Method::WordOfMouth(command) => word_of_mouth::run(output, &command),
    }
}

/// The file that a method reads.
#[derive(Debug, Clone, Args)]
struct Input {
    /// CSV with a header, in UTF-8; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}
