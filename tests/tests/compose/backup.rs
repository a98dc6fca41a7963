//! The backup service of the file, with the roles and users of the file, and the way back.

use std::{path::Path, process::Output, time::Duration};

use sqlx::{Connection as _, PgConnection};
use ting_servers::Source;
use ting_testkit::eventually_within;

use super::stack::Stack;

const STORES: [&str; 4] = ["intake", "analysis", "satisfaction", "recovery"];

/// What `docker compose run --rm backup WORDS` does; `folder` is what the file mounts.
fn run(stack: &Stack, words: &[String], folder: &Path) -> Output {
    let words: Vec<String> =
        words.iter().map(|word| word.replace("/backups", &folder.display().to_string())).collect();
    let mut command = stack.command("backup", &words);
    // The image has those of the server's version.
    if let Source::Machine { program, .. } | Source::Wheel { program, .. } = stack.postgres.source() {
        command.env("TING_PG_BIN", program.parent().unwrap());
    }
    command.output().unwrap()
}

async fn well(stack: &mut Stack) {
    stack.start();
    for name in STORES {
        stack.healthy(name).await;
    }
}

async fn complain(stack: &Stack, text: &str, cases: usize) {
    let said = stack.ting(&["feedback", "submit", "--kind", "complaint", "--customer", text, "--text", text]);
    assert!(said.status.success(), "{said:?}");
    eventually_within(Duration::from_mins(1), async || {
        let listed = stack.ting(&["cases", "list", "--format", "json"]);
        let answer: serde_json::Value =
            serde_json::from_slice(&listed.stdout).map_err(|_| format!("{listed:?}"))?;
        let found = answer["cases"].as_array().map_or(0, Vec::len);
        if found == cases { Ok(()) } else { Err(format!("{found} cases")) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_comes_back_with_the_owners_and_walls_that_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let mut stack = Stack::prepare().await;
    well(&mut stack).await;
    complain(&stack, "The kettle burned my hand", 1).await;
    let saved = run(&stack, &stack.services["backup"].command.clone(), folder.path());
    assert!(saved.status.success(), "{saved:?}");
    complain(&stack, "The parcel never came", 2).await;
    stack.stop();

    let backup = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().file_name();
    let from = format!("/backups/{}", backup.to_str().unwrap());
    let restore = ["ting", "ops", "restore", "--replace", "--from", &from].map(str::to_owned);
    // The server takes a moment to notice that the services are gone.
    eventually_within(Duration::from_secs(20), async || {
        let restored = run(&stack, &restore, folder.path());
        if restored.status.success() { Ok(()) } else { Err(format!("{restored:?}")) }
    })
    .await;
    for store in STORES {
        as_the_scripts_made_it(&stack, store).await;
    }
    well(&mut stack).await;
    // One from before the backup, one new.
    complain(&stack, "The bill was wrong twice", 2).await;
}

async fn as_the_scripts_made_it(stack: &Stack, store: &str) {
    let mut admin = PgConnection::connect(&stack.postgres.url(store)).await.unwrap();
    let owners: Vec<String> = sqlx::query_scalar(
        r"
        SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
        ",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(owners, [format!("{store}_owner")]);
    let schema: String =
        sqlx::query_scalar("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'")
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert_eq!(schema, "pg_database_owner");
    let open: Vec<String> = sqlx::query_scalar(
        r"
        SELECT c.relname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'workspace_id'
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
        ",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert!(open.is_empty(), "{store}: {open:?} have no walls");
}
