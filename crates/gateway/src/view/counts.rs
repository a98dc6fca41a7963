use maud::{Markup, html};

use super::parts::{clock, count};
use crate::{
    board::{Board, State},
    i18n::{Language, Text},
};

/// One number of the strip at the top.
struct Tile {
    key: &'static str,
    label: Text,
    number: Option<i64>,
    state: State,
    away: Text,
}

/// How much there is of everything.
pub fn render(language: Language, board: &Board) -> Markup {
    html! {
        dl .tiles {
            @for tile in tiles(board) { (one(language, &tile)) }
        }
    }
}

fn tiles(board: &Board) -> [Tile; 5] {
    let tile = |key, label, number, state, away| Tile { key, label, number, state, away };
    let themes = board.themes.value.as_ref().map(|themes| themes.total);
    let open = board.cases.value.as_ref().map(|cases| cases.open);
    [
        tile(
            "feedback",
            Text::Feedback,
            board.feedback.value.as_deref().copied(),
            board.feedback.state,
            Text::AwayIntake,
        ),
        tile(
            "responses",
            Text::Responses,
            board.responses.value.as_deref().copied(),
            board.responses.state,
            Text::AwayIntake,
        ),
        tile("theme-count", Text::Themes, themes, board.themes.state, Text::AwayAnalysis),
        tile("open-cases", Text::OpenCases, open, board.cases.state, Text::AwayRecovery),
        tile(
            "delivered",
            Text::Delivered,
            board.notifications.value.as_deref().copied(),
            board.notifications.state,
            Text::AwayRecovery,
        ),
    ]
}

fn one(language: Language, tile: &Tile) -> Markup {
    let away = matches!(tile.state, State::Away(_));
    html! {
        div .tile .is-away[away] id=(format!("count-{}", tile.key)) {
            dt { (language.text(tile.label)) }
            dd {
                span .figure { @if let Some(number) = tile.number { (count(number)) } @else { "–" } }
                @match tile.state {
                    State::Away(since) => small { (language.text(tile.away)) " " (clock(since)) },
                    State::Denied => small { (language.text(Text::Denied)) },
                    State::Unread | State::Fresh => {},
                }
            }
        }
    }
}
