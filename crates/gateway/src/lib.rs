//! The door for people: one live page that shows what a company's customers say, need and feel, in Chinese and English.
//!
//! The gateway owns browser sessions and nothing else. It asks the services with the token of the one who looks, and never
//! answers for a service that is away: what it showed last stays, marked as such. Start with [`Gateway`] (what runs), then
//! [`view`] (what the page looks like: pure functions of what the services answered) and `live` (how a change reaches the page).

mod board;
mod config;
mod http;
mod i18n;
mod live;
mod metrics;
mod origin;
mod server;
mod services;
mod session;
pub mod view;

pub use board::{Board, Cases, Reading, Source, Sources, State, Themes, Update};
pub use config::{AuthConfig, LiveConfig, NatsConfig, ServicesConfig, SessionConfig, Settings};
pub use i18n::Language;
pub use server::{Gateway, main, run};
