//! From one NATS to three: what `.env` names for the profile `cluster`, with the configuration and the users that lie in deploy/nats.

use std::time::Duration;

use async_nats::{
    ConnectOptions,
    jetstream::{self, stream, stream::ClusterInfo},
};
use ting_events::{PARTITIONS, Stream};
use ting_servers::{Nats, free_port};
use ting_testkit::eventually_within;

use super::stack::{Stack, nats_options};

const NODES: [&str; 3] = ["nats", "nats-2", "nats-3"];
const SERVICES: [&str; 5] = ["intake", "analysis", "satisfaction", "recovery", "gateway"];
/// What each service follows, all with a durable for each partition.
const FOLLOWED: [(&str, &[Stream]); 3] = [
    ("analysis", &[Stream::Intake]),
    ("satisfaction", &[Stream::Intake]),
    ("recovery", &[Stream::Intake, Stream::Analysis, Stream::Satisfaction]),
];
const PATIENCE: Duration = Duration::from_mins(1);

/// Ends what runs and starts it with three nodes and empty volumes: the streams of the one node are left behind.
async fn become_cluster(stack: &mut Stack) {
    stack.stop();
    stack.nats.stop().unwrap();
    std::fs::remove_dir_all(stack.folder.path().join(NODES[0])).unwrap();
    stack.variables.insert("NATS_CONFIG".to_owned(), "cluster.conf".to_owned());
    stack.read_variables_again();
    let places = NODES.map(|_| format!("nats://127.0.0.1:{}", free_port().unwrap()));
    let starting = NODES.iter().zip(&places).map(|(node, place)| {
        let words = ["--cluster", place, "--routes", &places.join(",")].map(str::to_owned);
        let options = nats_options(node, &stack.services, stack.folder.path(), &words);
        // At the same time: none is well before a second one is there.
        tokio::task::spawn_blocking(|| Nats::start(options).unwrap())
    });
    let mut nodes = Vec::new();
    for node in starting.collect::<Vec<_>>() {
        nodes.push(node.await.unwrap());
    }
    let addresses: Vec<String> = nodes.iter().map(|node| node.url().replace("nats://", "")).collect();
    stack.nats = nodes.remove(0);
    stack.nodes = nodes;
    stack.variables.insert("NATS_SERVER".to_owned(), addresses.join(","));
    stack.read_variables_again();
    stack.start();
}

/// Starts the services anew with three copies of each stream; events that are there stay.
fn copy_three_times(stack: &mut Stack) {
    stack.stop();
    stack.variables.insert("NATS_REPLICAS".to_owned(), "3".to_owned());
    stack.read_variables_again();
    stack.start();
}

async fn all_healthy(stack: &Stack) {
    for name in SERVICES {
        stack.healthy(name).await;
    }
}

fn complain(stack: &Stack, text: &str) {
    let submitted = stack.ting(&["feedback", "submit", "--kind", "complaint", "--text", text]);
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
}

/// Waits until there are exactly so many cases: a complaint has gone through intake, a stream and recovery.
async fn cases(stack: &Stack, wanted: usize) {
    eventually_within(PATIENCE, async || {
        let cases = stack.ting(&["cases", "list", "--format", "json"]);
        let answer: serde_json::Value =
            serde_json::from_slice(&cases.stdout).map_err(|_| format!("{cases:?}"))?;
        let found = answer["cases"].as_array().map_or(0, Vec::len);
        if found == wanted { Ok(()) } else { Err(format!("{found} cases instead of {wanted}")) }
    })
    .await;
}

/// What a user of NATS sees, whichever nodes are there.
async fn jetstream(stack: &Stack, user: &str) -> jetstream::Context {
    let password = stack.variables[&format!("{}_NATS_PASSWORD", user.to_uppercase())].clone();
    let options = ConnectOptions::with_user_and_password(user.to_owned(), password).custom_inbox_prefix(
        if user == "dashboard" { "_INBOX".to_owned() } else { format!("_INBOX_{user}") },
    );
    let servers: Vec<String> =
        stack.variables["NATS_SERVER"].split(',').map(|server| format!("nats://{server}")).collect();
    jetstream::new(options.connect(servers).await.unwrap())
}

/// The leader of something of which three nodes have all.
fn led(cluster: Option<ClusterInfo>) -> Result<String, String> {
    let cluster = cluster.unwrap_or_default();
    let current = cluster.replicas.iter().filter(|replica| replica.current && !replica.offline).count();
    match &cluster.leader {
        Some(leader) if current == 2 => Ok(leader.clone()),
        _ => Err(format!("{cluster:?}")),
    }
}

/// Waits until three nodes have all of every stream and of every durable; gives the leader of intake's stream.
async fn three_copies(stack: &Stack) -> String {
    for (service, followed) in FOLLOWED {
        let jetstream = jetstream(stack, service).await;
        for stream in followed {
            eventually_within(PATIENCE, async || {
                let found = jetstream.get_stream(stream.name()).await.map_err(|error| error.to_string())?;
                led(found.cached_info().cluster.clone())?;
                for partition in 0..PARTITIONS {
                    let durable = found.consumer_info(format!("{service}-p{partition:02}")).await;
                    led(durable.map_err(|error| error.to_string())?.cluster)?;
                }
                Ok::<_, String>(())
            })
            .await;
        }
    }
    eventually_within(PATIENCE, async || led(info(stack, Stream::Intake).await.cluster)).await
}

async fn info(stack: &Stack, stream: Stream) -> stream::Info {
    jetstream(stack, "dashboard").await.get_stream(stream.name()).await.unwrap().cached_info().clone()
}

async fn newest_of_intake(stack: &Stack) -> u64 {
    info(stack, Stream::Intake).await.state.last_sequence
}

fn node<'a>(stack: &'a mut Stack, name: &str) -> &'a mut Nats {
    match NODES.iter().position(|node| *node == name).unwrap() {
        0 => &mut stack.nats,
        further => &mut stack.nodes[further - 1],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_nats_becomes_three_and_one_of_them_may_die() {
    let mut stack = Stack::prepare().await;
    stack.start();
    all_healthy(&stack).await;
    complain(&stack, "The kettle caught fire and burned my hand!");
    cases(&stack, 1).await;

    become_cluster(&mut stack).await;
    all_healthy(&stack).await;
    complain(&stack, "The toaster caught fire and burned my table!");
    cases(&stack, 2).await;
    let before = newest_of_intake(&stack).await;

    copy_three_times(&mut stack);
    let leader = three_copies(&stack).await;
    assert!(before > 0 && newest_of_intake(&stack).await >= before, "the events of the one copy are gone");

    node(&mut stack, &leader).kill().unwrap();
    complain(&stack, "The stove caught fire and burned my kitchen!");
    cases(&stack, 3).await;
    all_healthy(&stack).await;

    node(&mut stack, &leader).restart().unwrap();
    three_copies(&stack).await;
    cases(&stack, 3).await;
}
