//! Prints the page with sample data: `cargo run -p ting-gateway --example page -- zh > page.html`. With `away` as the second word
//! two of the services do not answer; with `sign-in` it is the form.

#[path = "../tests/gateway/sample.rs"]
mod sample;

use ting_gateway::{
    Language, Reading, State,
    view::{Visitor, dashboard, sign_in},
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let language = arguments.next().and_then(|code| Language::parse(&code)).unwrap_or(Language::English);
    let mut board = sample::board(None);
    match arguments.next().as_deref() {
        Some("sign-in") => return println!("{}", sign_in(language, None).into_string()),
        Some("away") => {
            board.scores = Reading { value: None, state: State::Away(sample::now()) };
            board.cases.state = State::Away(sample::now());
            board.notifications.state = State::Denied;
        }
        _ => {}
    }
    let visitor = Visitor { workspace: "acme", subject: "ann", form_key: "0" };
    println!("{}", dashboard(language, &visitor, &board, sample::now()).into_string());
}
