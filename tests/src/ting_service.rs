//! A service as a child process of a test: `ting-service service NAME`.

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (verb, name) = (arguments.next(), arguments.next());
    anyhow::ensure!(verb.as_deref() == Some("service"), "called as: ting-service service NAME");
    ting_local::services::run(&name.unwrap_or_default())
}
