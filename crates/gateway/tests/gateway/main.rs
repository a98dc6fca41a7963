//! The gateway from outside: what browsers get, what pages are sent, and what hostile text comes to.

mod bad_input;
mod browser;
mod escaping;
mod http;
mod live;
mod sample;
