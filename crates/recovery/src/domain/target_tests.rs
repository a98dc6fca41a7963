use std::net::IpAddr;

use super::{BadTarget, Target, TargetHost};
use crate::domain::address::Networks;

fn check(raw: &str, networks: &[&str], resolved: &[&str]) -> Result<(), BadTarget> {
    let target = Target::parse(raw)?;
    let networks =
        Networks::parse(&networks.iter().map(|&text| text.to_owned()).collect::<Vec<_>>()).unwrap();
    let addresses: Vec<IpAddr> = match target.host() {
        TargetHost::Address(address) => vec![address],
        TargetHost::Name(_) => resolved.iter().map(|text| text.parse().unwrap()).collect(),
    };
    target.judge(&networks, &addresses)
}

fn reason(raw: &str) -> &'static str {
    check(raw, &[], &[]).err().map_or("ok", |bad| bad.reason)
}

#[test]
fn ordinary_urls_are_taken() {
    let rows = [
        "https://example.com",
        "https://example.com/",
        "HTTPS://Example.COM/hook?x=1",
        "https://hooks.example.com:8443/a/b",
        "https://example.com:443/",
        "https://example.com:80/",
        "https://example.com./",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://例え.jp/",
        "https://example.com/@user",
        "https://example.com/?to=a@b",
    ];
    for row in rows {
        assert_eq!(reason(row), "ok", "{row}");
    }
}

#[test]
fn urls_of_a_wrong_make_are_refused() {
    let long = format!("https://example.com/{}", "a".repeat(2029));
    let rows = [
        ("", "URL_SCHEME"),
        ("example.com", "URL_SCHEME"),
        ("//example.com", "URL_SCHEME"),
        ("file:///etc/passwd", "URL_SCHEME"),
        ("gopher://example.com/", "URL_SCHEME"),
        ("ftp://example.com/", "URL_SCHEME"),
        ("javascript:alert(1)", "URL_SCHEME"),
        ("http://example.com/", "URL_SCHEME"),
        ("https:", "URL_HOST"),
        ("https://", "URL_HOST"),
        ("https:///example.com", "URL_HOST"),
        ("https:example.com", "URL_HOST"),
        ("https:/example.com", "URL_HOST"),
        ("https://?x", "URL_HOST"),
        ("https://:443/", "URL_HOST"),
        ("https://user:password@example.com/", "URL_USERINFO"),
        ("https://user@example.com/", "URL_USERINFO"),
        ("https://@example.com/", "URL_USERINFO"),
        ("https://example.com/#part", "URL_CHARS"),
        ("https://example.com/#", "URL_CHARS"),
        ("https://exam\tple.com/", "URL_CHARS"),
        ("https://example.com/a\nb", "URL_CHARS"),
        ("https://example.com/\r\nHost: other", "URL_CHARS"),
        ("https://example.com/\u{0}", "URL_CHARS"),
        ("https://example.com/\u{7f}", "URL_CHARS"),
        (" https://example.com/", "URL_CHARS"),
        ("https://example.com/ ", "URL_CHARS"),
        ("https://example.com/a b", "URL_CHARS"),
        ("https://example.com/\u{a0}", "URL_CHARS"),
        (&long, "URL_TOO_LONG"),
    ];
    for (row, expected) in rows {
        assert_eq!(reason(row), expected, "{row:?}");
    }
    assert_eq!(reason(&long[..2048]), "ok");
}

#[test]
fn every_way_to_write_loopback_is_private() {
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "127.0.0.1.",
    ] {
        assert_eq!(reason(&format!("https://{host}/")), "URL_PRIVATE", "{host}");
    }
}

#[test]
fn private_literals_are_refused() {
    let rows = [
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00::1]",
        "[fe80::1]",
        "[5f00::1]",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "192.0.0.8",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
    ];
    for host in rows {
        assert_eq!(reason(&format!("https://{host}/")), "URL_PRIVATE", "{host}");
        assert_eq!(reason(&format!("https://{host}:443/hook")), "URL_PRIVATE", "{host}");
    }
}

#[test]
fn names_that_only_mean_something_inside_are_refused() {
    let rows = [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "x.localhost",
        "x.localhost.",
        "postgres",
        "nats",
        "metadata.google.internal",
        "kubernetes.default.svc",
        "db.cluster.local",
        "printer.lan",
        "router.home.arpa",
        "example..com",
        "com",
        "%6cocalhost",
        "localhost%2e",
        "a b",
        "[::1",
        "1.2.3.4.5",
    ];
    for host in rows {
        let expected = if host == "a b" { "URL_CHARS" } else { "URL_HOST" };
        assert_eq!(reason(&format!("https://{host}/")), expected, "{host}");
    }
}

#[test]
fn what_parsers_disagree_about_is_refused() {
    let rows = [
        (r"http://example.com\@127.0.0.1", "URL_CHARS"),
        (r"https://example.com\@127.0.0.1", "URL_CHARS"),
        (r"https:\\example.com", "URL_CHARS"),
        ("http://a@127.0.0.1:80@b.com", "URL_USERINFO"),
        ("https://a@127.0.0.1:80@b.com", "URL_USERINFO"),
        ("https://example.com%00.evil.com/", "URL_HOST"),
        ("https://exa%23mple.com/", "URL_HOST"),
    ];
    for (row, expected) in rows {
        assert_eq!(reason(row), expected, "{row}");
    }
}

#[test]
fn ports_of_other_services_are_refused() {
    for port in ["22", "25", "5432", "4222", "0", "65536", "99999999", "1024", "8080", "-1", "http"] {
        assert_eq!(reason(&format!("https://example.com:{port}/")), "URL_PORT", "{port}");
    }
}

#[test]
fn a_listed_network_opens_http_and_every_port_but_only_there() {
    let list = &["127.0.0.0/8"];
    let rows = [
        ("http://127.0.0.1:9000/", vec![], "ok"),
        ("https://127.0.0.1/", vec![], "ok"),
        ("http://localhost:9000/", vec!["127.0.0.1"], "ok"),
        ("http://receiver:9000/", vec!["127.0.0.1", "127.0.0.2"], "ok"),
        ("http://localhost:9000/", vec![], "URL_SCHEME"),
        ("https://localhost/", vec!["127.0.0.1", "::1"], "URL_HOST"),
        ("http://receiver:9000/", vec!["127.0.0.1", "10.0.0.1"], "URL_SCHEME"),
        ("http://10.0.0.1/", vec![], "URL_SCHEME"),
        ("https://10.0.0.1/", vec![], "URL_PRIVATE"),
        ("http://example.com/", vec!["93.184.216.34"], "URL_SCHEME"),
        ("http://user@127.0.0.1:9000/", vec![], "URL_USERINFO"),
        ("http://127.0.0.1:0/", vec![], "URL_PORT"),
        ("ftp://127.0.0.1/", vec![], "URL_SCHEME"),
    ];
    for (row, resolved, expected) in rows {
        let found = check(row, list, &resolved).err().map_or("ok", |bad| bad.reason);
        assert_eq!(found, expected, "{row} {resolved:?}");
    }
}
