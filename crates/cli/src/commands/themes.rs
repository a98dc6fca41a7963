use std::time::Duration;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use ting_proto::analysis::v1::{
    GetRunRequest, GetThemeRequest, ListRunsRequest, ListThemesRequest, ListThemesResponse, Run, RunState,
    StartRunRequest, Theme, analysis_service_client::AnalysisServiceClient,
};
use tonic::Status;
use tonic_types::StatusExt as _;

use super::missing;
use crate::{
    connect::{Authorised, Session},
    error::CliError,
    output::{Cell, Column, Table, Word as _, percent, spark, time},
    pages::{self, Limit},
};

/// Between two looks at a run.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Weeks in the trend of a table.
const WEEKS: usize = 13;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  ting themes                      what customers talk about, largest first
  ting themes --level 1            the large strokes
  ting themes run --wait           work the themes out anew
  ting themes show f1584e758c59    one theme with what customers wrote"
)]
pub struct Themes {
    #[command(subcommand)]
    action: Option<Action>,
    /// 1 large, 2 middle, 3 small
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(i32).range(1..=3))]
    level: i32,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Work the themes out anew from all comments
    #[command(after_help = "Examples:
  ting themes run --wait       and tell when it is done
  ting themes run --seed 7     another seed may find other borders between themes")]
    Run {
        /// Stay until it is finished; joins the run under way if there is one
        #[arg(long)]
        wait: bool,
        /// The same seed on the same comments gives the same themes
        #[arg(long, default_value_t = 1)]
        seed: i64,
    },
    /// Show one theme with quotes
    #[command(
        after_help = "Examples:\n  ting themes show f1584e758c59\n  ting themes show 01a2010c-93f0-7715-8241-f1584e758c59 --format json"
    )]
    Show {
        /// The id that the list shows: whole, or its last group
        id: String,
    },
}

pub async fn run(session: &Session, command: Themes) -> Result<(), CliError> {
    let mut client = session.analysis().await?;
    match command.action {
        None => show_list(session, &mut client, command.level, command.limit).await,
        Some(Action::Run { wait, seed }) => start(session, &mut client, wait, seed).await,
        Some(Action::Show { id }) => show(session, &mut client, id).await,
    }
}

async fn show_list(
    session: &Session,
    client: &mut AnalysisServiceClient<Authorised>,
    level: i32,
    limit: Limit,
) -> Result<(), CliError> {
    let answer: ListThemesResponse = pages::collect(limit, async |page_size, page_token| {
        Ok(client.list_themes(ListThemesRequest { level, page_size, page_token }).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || {
        let advice = if answer.run_advised { "; a new run is worth it: ting themes run --wait" } else { "" };
        let foot = format!("{} comments, {} fit no theme{advice}", answer.comments, answer.parked);
        vec![table(&answer.themes).foot(foot)]
    })
}

fn table(themes: &[Theme]) -> Table {
    let columns = [
        Column::text("label"),
        Column::right("size"),
        Column::right("share"),
        Column::right("negative"),
        Column::text("terms"),
        Column::left("trend"),
        Column::tail("theme_id"),
    ];
    let mut table = Table::list(&columns, "No themes yet: ting themes run --wait (30 comments are needed)");
    for theme in themes {
        table.row(vec![
            theme.label.as_str().into(),
            theme.size.into(),
            format!("{:.0} %", theme.share * 100.0).into(),
            negative(theme),
            theme.terms.join(" ").into(),
            spark(&counts(theme), WEEKS).into(),
            Cell::faint(theme.theme_id.as_str()),
        ]);
    }
    table
}

/// Red where even the lower end of the interval is above one half.
fn negative(theme: &Theme) -> Cell {
    let text = percent(theme.negative);
    if theme.negative.is_some_and(|share| share.lower > 0.5) { Cell::bad(text) } else { text.into() }
}

fn counts(theme: &Theme) -> Vec<i64> {
    theme.trend.iter().map(|week| week.count).collect()
}

async fn show(
    session: &Session,
    client: &mut AnalysisServiceClient<Authorised>,
    id: String,
) -> Result<(), CliError> {
    let theme_id = whole_id(client, id).await?;
    let answer = client.get_theme(GetThemeRequest { theme_id }).await?.into_inner();
    let theme = answer.theme.clone().ok_or_else(|| missing("theme"))?;
    session.output.show(&answer, || {
        let details = Table::details(vec![
            ("theme_id", theme.theme_id.as_str().into()),
            ("label", theme.label.as_str().into()),
            ("level", i64::from(theme.level).into()),
            ("parent_id", theme.parent_id.as_str().into()),
            ("terms", theme.terms.join(" ").into()),
            ("size", theme.size.into()),
            ("share", format!("{:.1} %", theme.share * 100.0).into()),
            ("negative", negative(&theme)),
            ("trend", spark(&counts(&theme), usize::MAX).into()),
        ]);
        let mut quotes = Table::list(&[Column::left("feedback_id"), Column::text("quote")], "No quotes.");
        for quote in &theme.quotes {
            quotes.row(vec![quote.feedback_id.as_str().into(), quote.text.as_str().into()]);
        }
        vec![details, quotes]
    })
}

/// The id of the theme that ends like this; a whole id is taken as it is.
async fn whole_id(client: &mut AnalysisServiceClient<Authorised>, typed: String) -> Result<String, CliError> {
    if typed.contains('-') {
        return Ok(typed);
    }
    for level in 1..=3 {
        let all = Limit { limit: 0 };
        let answer: ListThemesResponse = pages::collect(all, async |page_size, page_token| {
            Ok(client.list_themes(ListThemesRequest { level, page_size, page_token }).await?.into_inner())
        })
        .await?;
        if let Some(theme) =
            answer.themes.into_iter().find(|theme| theme.theme_id.rsplit('-').next() == Some(&typed))
        {
            return Ok(theme.theme_id);
        }
    }
    Err(CliError::failed(
        format!("no theme has the id {typed}"),
        "ting themes --level 1, 2 and 3 show the ids",
    ))
}

async fn start(
    session: &Session,
    client: &mut AnalysisServiceClient<Authorised>,
    wait: bool,
    seed: i64,
) -> Result<(), CliError> {
    let request = StartRunRequest { request_id: session.request_id(), seed };
    let started = match client.start_run(request).await {
        Ok(answer) => answer.into_inner().run,
        Err(status) if wait && is_under_way(&status) => newest(client).await?,
        Err(status) => return Err(status.into()),
    };
    let mut run = started.ok_or_else(|| missing("run"))?;
    if wait {
        run = follow(client, run).await?;
    }
    session.output.show(&run, || vec![details(&run)])?;
    if run.state() == RunState::Failed {
        return Err(CliError::failed(
            format!("the run failed: {}", run.error),
            "see what is wrong: ting ops doctor",
        ));
    }
    Ok(())
}

fn is_under_way(status: &Status) -> bool {
    status.get_details_error_info().is_some_and(|info| info.reason == "RUN_IN_PROGRESS")
}

async fn newest(client: &mut AnalysisServiceClient<Authorised>) -> Result<Option<Run>, CliError> {
    let request = ListRunsRequest { page_size: 1, page_token: String::new() };
    Ok(client.list_runs(request).await?.into_inner().runs.into_iter().next())
}

/// Waits until the run has ended, and shows how far it is when somebody looks.
async fn follow(client: &mut AnalysisServiceClient<Authorised>, mut run: Run) -> Result<Run, CliError> {
    let bar = ProgressBar::new(100);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent:>3} %  {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message("working out themes");
    while run.state() == RunState::Running {
        // Between 0 and 100.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 100")]
        bar.set_position((run.progress * 100.0).clamp(0.0, 100.0) as u64);
        tokio::time::sleep(LOOK_EVERY).await;
        let request = GetRunRequest { run_id: run.run_id.clone() };
        run = client.get_run(request).await?.into_inner().run.ok_or_else(|| missing("run"))?;
    }
    bar.finish_and_clear();
    Ok(run)
}

fn details(run: &Run) -> Table {
    let state = run.state().word();
    Table::details(vec![
        ("run_id", run.run_id.as_str().into()),
        (
            "state",
            match run.state() {
                RunState::Finished => Cell::good(state),
                RunState::Failed => Cell::bad(state),
                RunState::Running | RunState::Unspecified => state.into(),
            },
        ),
        ("comments", run.comments.into()),
        ("themes", run.themes.into()),
        ("parked", run.parked.into()),
        ("version", run.version.as_str().into()),
        ("seed", run.seed.into()),
        ("cause", run.cause.as_str().into()),
        ("started_at", time(run.started_at).into()),
        ("finished_at", time(run.finished_at).into()),
        ("error", run.error.as_str().into()),
    ])
}
