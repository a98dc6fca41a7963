//! Who may do what on NATS: one user for each process, who publishes its own subjects and reads its own durables.

use std::fmt::Write as _;

use ting_events::{PARTITIONS, Stream};

use crate::generated::Generated;

/// The services whose streams each service follows. What is missing here is refused, so a whole-system test falls.
const FOLLOWS: &[(&str, &[Stream])] = &[
    ("intake", &[]),
    ("analysis", &[Stream::Intake]),
    ("satisfaction", &[Stream::Intake]),
    ("recovery", &[Stream::Intake, Stream::Analysis, Stream::Satisfaction]),
];

pub const FILE: Generated = Generated { path: "deploy/nats/users.conf", chore: "nats", content };

fn content() -> anyhow::Result<String> {
    let mut text =
        "# Who may do what. Made by `cargo xtask nats`; change crates/xtask/src/nats_users.rs instead.\n\
                    # Passwords come from the environment.\n\nauthorization {\n  users: [\n"
            .to_owned();
    for (service, follows) in FOLLOWS {
        user(&mut text, service, &service_publishes(service, follows), &[], &format!("_INBOX_{service}.>"))?;
    }
    // They read with consumers of their own that go when they go, and may not touch those of the services.
    let (allow, deny) = (reader_publishes(), durables());
    user(&mut text, "gateway", &allow, &deny, "_INBOX_gateway.>")?;
    user(&mut text, "dashboard", &allow, &deny, "_INBOX.>")?;
    // Reads as they do; what it may do besides is what a restore does.
    user(&mut text, "backup", &[allow, restore_publishes()].concat(), &[], "_INBOX.>")?;
    text.push_str("  ]\n}\n");
    Ok(text)
}

fn user(text: &mut String, name: &str, allow: &[String], deny: &[String], inbox: &str) -> anyhow::Result<()> {
    writeln!(text, "    {{")?;
    writeln!(text, "      user: {name}\n      password: ${}_NATS_PASSWORD", name.to_uppercase())?;
    writeln!(text, "      permissions: {{\n        publish: {{")?;
    list(text, "allow", allow)?;
    if !deny.is_empty() {
        list(text, "deny", deny)?;
    }
    writeln!(text, "        }}\n        subscribe: {{ allow: [\"{inbox}\"] }}\n      }}\n    }}")?;
    Ok(())
}

fn list(text: &mut String, name: &str, subjects: &[String]) -> anyhow::Result<()> {
    writeln!(text, "          {name}: [")?;
    for subject in subjects {
        writeln!(text, "            \"{subject}\"")?;
    }
    writeln!(text, "          ]")?;
    Ok(())
}

fn service_publishes(service: &str, follows: &[Stream]) -> Vec<String> {
    let mut subjects = Vec::new();
    if let Some(own) = Stream::of(service) {
        let name = own.name();
        subjects.push(own.subjects());
        subjects.extend(["INFO", "CREATE", "UPDATE"].map(|verb| format!("$JS.API.STREAM.{verb}.{name}")));
        // The auditor looks at what the stream keeps.
        subjects.push(format!("$JS.API.STREAM.MSG.GET.{name}"));
    }
    for stream in follows {
        let name = stream.name();
        subjects.push(format!("$JS.API.STREAM.INFO.{name}"));
        for durable in durables_of(service) {
            subjects.push(format!("$JS.API.CONSUMER.CREATE.{name}.{durable}.>"));
            subjects.push(format!("$JS.API.CONSUMER.INFO.{name}.{durable}"));
            subjects.push(format!("$JS.API.CONSUMER.MSG.NEXT.{name}.{durable}"));
            subjects.push(format!("$JS.ACK.{name}.{durable}.>"));
        }
    }
    subjects
}

fn reader_publishes() -> Vec<String> {
    let mut subjects = Vec::new();
    for stream in Stream::ALL {
        let name = stream.name();
        subjects.push(format!("$JS.API.STREAM.INFO.{name}"));
        subjects.push(format!("$JS.API.STREAM.MSG.GET.{name}"));
        subjects.push(format!("$JS.API.CONSUMER.CREATE.{name}.>"));
        for verb in ["INFO", "MSG.NEXT", "DELETE"] {
            subjects.push(format!("$JS.API.CONSUMER.{verb}.{name}.*"));
        }
        subjects.push(format!("$JS.ACK.{name}.>"));
    }
    subjects
}

/// Deletes streams, which the restored stores fill again, and durables that are ahead of their store.
fn restore_publishes() -> Vec<String> {
    let names = Stream::ALL.map(Stream::name);
    names
        .into_iter()
        .flat_map(|name| [format!("$JS.API.STREAM.DELETE.{name}"), format!("$JS.API.CONSUMER.NAMES.{name}")])
        .collect()
}

/// Everything that touches the durables of the services.
fn durables() -> Vec<String> {
    let mut subjects = Vec::new();
    for (service, follows) in FOLLOWS {
        for stream in *follows {
            let name = stream.name();
            for durable in durables_of(service) {
                subjects.push(format!("$JS.API.CONSUMER.*.{name}.{durable}"));
                subjects.push(format!("$JS.API.CONSUMER.CREATE.{name}.{durable}.>"));
                subjects.push(format!("$JS.API.CONSUMER.MSG.NEXT.{name}.{durable}"));
                subjects.push(format!("$JS.ACK.{name}.{durable}.>"));
            }
        }
    }
    subjects
}

fn durables_of(service: &str) -> impl Iterator<Item = String> {
    (0..PARTITIONS).map(move |partition| format!("{service}-p{partition:02}"))
}
