//! Every command that the pages of the methods show runs, and every method has a page.

use std::fs;

use crate::run::{Desk, root, text};

/// The commands in the ```sh blocks of a page, line continuations joined.
fn commands(page: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for block in page.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default().replace("\\\n", " ");
        commands.extend(block.lines().filter(|line| line.starts_with("ting ")).map(str::to_owned));
    }
    commands
}

/// The words of a command; quotes keep blanks, a comment ends it.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for char in command.chars() {
        match char {
            '\'' => quoted = !quoted,
            '#' if !quoted && word.is_empty() => break,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            char => word.push(char),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[test]
fn every_command_of_every_page_runs() {
    let mut run = 0;
    for entry in fs::read_dir(root().join("docs/methods")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let desk = Desk::new();
        for command in commands(&fs::read_to_string(&path).unwrap()) {
            let words = words(&command);
            let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
            let output = desk.ting(&words);
            assert!(output.status.success(), "{}: {command}: {}", path.display(), text(&output.stderr));
            if let Some(picture) = words.iter().position(|word| *word == "--svg") {
                let svg = desk.read(words[picture + 1]);
                assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"), "{command}: {svg}");
            }
            run += 1;
        }
    }
    assert!(run > 0, "no page shows a command");
}

#[test]
fn every_method_has_a_page_that_the_index_names() {
    let help = text(&Desk::new().ting(&["method", "--help"]).stdout);
    let listed = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    // A name stands two columns in, its description farther to the right or below.
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"consistency"), "{names:?}");
    let index = fs::read_to_string(root().join("docs/methods/README.md")).unwrap();
    for name in names.into_iter().filter(|name| *name != "help") {
        let mention = format!("`ting method {name}`");
        let row = index.lines().find(|line| line.contains(&mention));
        let row = row.unwrap_or_else(|| panic!("docs/methods/README.md has no row with {mention}"));
        let link = row.split("](").nth(1).and_then(|rest| rest.split(')').next());
        let page =
            root().join("docs/methods").join(link.unwrap_or_else(|| panic!("{mention} links no page")));
        assert!(page.is_file(), "{} is missing", page.display());
    }
}
