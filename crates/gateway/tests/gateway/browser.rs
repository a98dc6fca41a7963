//! A running gateway, and a browser that says exactly what it is told to, byte by byte.

use std::{fmt::Write as _, time::Duration};

use chrono::TimeDelta;
use tempfile::TempDir;
use ting_chassis::{
    Clock,
    auth::{Caller, Grant, Issuer, Role, generate},
};
use ting_events::Workspace;
use ting_gateway::{Gateway, Settings};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway of one test.
pub struct Door {
    gateway: Gateway,
    issuer: Issuer,
    shutdown: CancellationToken,
    _folder: TempDir,
}

impl Door {
    /// Starts one; `settings` is TOML. Unless it says otherwise nobody answers where services and NATS should be.
    pub async fn open(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (keys, key_file, file) =
            (generate(), folder.path().join("public.pem"), folder.path().join("gateway.toml"));
        std::fs::write(&key_file, &keys.public_pem).expect("the key is written");
        let services = ["intake", "analysis", "satisfaction", "recovery"]
            .map(|name| format!("{name} = 'http://127.0.0.1:1'"))
            .join("\n");
        let nats = if settings.contains("nats") { "" } else { "[nats]\nurl = 'nats://127.0.0.1:1'" };
        let base = format!(
            "address = '127.0.0.1:0'\n{settings}\n[auth]\npublic_key_file = '{}'\n[shutdown]\nnotice_ms = 0\n{nats}\n[services]\n{services}\n",
            key_file.display()
        );
        std::fs::write(&file, base).expect("the settings are written");
        let settings = Settings::load(Some(&file)).expect("good settings");
        let shutdown = CancellationToken::new();
        let gateway =
            Gateway::start(settings, Clock::system(), shutdown.clone()).await.expect("the gateway starts");
        let issuer = Issuer::from_pem(&keys.private_pem).expect("a key");
        Self { gateway, issuer, shutdown, _folder: folder }
    }

    pub fn address(&self) -> String {
        self.gateway.address.to_string()
    }

    /// A token of the workspace `acme`.
    pub fn token(&self, subject: &str, role: Role) -> String {
        self.token_of("acme", subject, role)
    }

    pub fn token_of(&self, workspace: &str, subject: &str, role: Role) -> String {
        let workspace = Workspace::parse(workspace).expect("a workspace");
        let caller = Caller { workspace, role, subject: subject.to_owned() };
        let grant = Grant {
            caller,
            issued_at: Clock::system().now(),
            lifetime: TimeDelta::hours(1),
            id: uuid::Uuid::nil(),
        };
        self.issuer.issue(&grant).expect("a token")
    }

    /// Signs in, and gives the `Cookie` line of the session.
    pub async fn sign_in(&self, subject: &str, role: Role) -> String {
        self.sign_in_with(&self.token(subject, role)).await
    }

    pub async fn sign_in_with(&self, token: &str) -> String {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        let answer = self.post("/session", headers, &format!("token={token}")).await;
        assert_eq!(answer.code, 303, "{}", answer.body);
        answer.cookie()
    }

    /// The key of the page's forms.
    pub async fn form_key(&self, cookie: &str) -> String {
        let page = self.get("/", cookie).await.body;
        let (_, rest) = page.split_once("name=\"form_key\" value=\"").expect("a form");
        rest.split('"').next().expect("a key").to_owned()
    }

    pub async fn get(&self, path: &str, headers: &str) -> Answer {
        self.request("GET", path, headers, "").await
    }

    pub async fn post(&self, path: &str, headers: &str, body: &str) -> Answer {
        self.request("POST", path, headers, body).await
    }

    pub async fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        self.begin(method, path, headers, body).await.finish().await
    }

    /// Only the head of an answer, whose body may have no end.
    pub async fn head_of(&self, method: &str, path: &str, headers: &str) -> Answer {
        self.begin(method, path, headers, "").await.head
    }

    /// Opens the live part of a page.
    pub async fn listen(&self, cookie: &str) -> Open {
        self.begin("GET", "/events?lang=en", cookie, "").await
    }

    /// Opens it as soon as there is room.
    pub async fn until_listening(&self, cookie: &str) -> Open {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let open = self.listen(cookie).await;
            if open.head.code == 200 {
                return open;
            }
            assert!(Instant::now() < deadline, "no room was made");
            tokio::task::yield_now().await;
        }
    }

    /// Asks at the operator's door.
    pub async fn admin(&self, path: &str) -> Answer {
        begin(&self.gateway.admin_address.to_string(), "GET", path, "", "").await.finish().await
    }

    /// Asks at the operator's door until it answers with `code`.
    pub async fn until_admin(&self, path: &str, code: u16) {
        let deadline = Instant::now() + PATIENCE;
        while self.admin(path).await.code != code {
            assert!(Instant::now() < deadline, "{path} never answered {code}");
        }
    }

    /// Ends the gateway, which must not take long.
    pub async fn stop(self) {
        self.shutdown.cancel();
        timeout(PATIENCE, self.gateway.stopped()).await.expect("it ends");
    }

    async fn begin(&self, method: &str, path: &str, headers: &str, body: &str) -> Open {
        begin(&self.address(), method, path, headers, body).await
    }
}

async fn begin(address: &str, method: &str, path: &str, headers: &str, body: &str) -> Open {
    let mut stream = TcpStream::connect(address).await.expect("the gateway listens");
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}");
    if method == "POST" {
        write!(text, "Content-Length: {}\r\n", body.len()).expect("a string");
    }
    text += "\r\n";
    text += body;
    // A refusal may come, and the connection close, before everything is written.
    let _ = stream.write_all(text.as_bytes()).await;
    let mut reader = BufReader::new(stream);
    let head = timeout(PATIENCE, read_head(&mut reader)).await.expect("an answer comes");
    Open { head, reader }
}

async fn read_head(reader: &mut BufReader<TcpStream>) -> Answer {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.expect("a head");
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let code =
        lines.first().and_then(|line| line.split(' ').nth(1)).expect("a code").parse().expect("a number");
    let pairs = lines[1..].iter().filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Answer { code, headers, body: String::new() }
}

/// An answer whose head has come.
pub struct Open {
    pub head: Answer,
    reader: BufReader<TcpStream>,
}

/// Something that was sent to a page.
#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: String,
}

impl Event {
    /// Which section it brings.
    pub fn section(&self) -> String {
        let (_, rest) = self.data.split_once("{\"section\":\"").expect("a section");
        rest.split('"').next().expect("a name").to_owned()
    }
}

impl Open {
    async fn finish(mut self) -> Answer {
        let mut body = Vec::new();
        // A refusal of a body that is still being sent may end in a reset: the head has told all.
        let _ = timeout(PATIENCE, self.reader.read_to_end(&mut body)).await.expect("an end");
        self.head.body = String::from_utf8_lossy(&body).into_owned();
        self.head
    }

    /// The next event.
    pub async fn event(&mut self) -> Event {
        timeout(PATIENCE, self.read_event()).await.expect("an event comes").expect("the stream is open")
    }

    /// Reads until the other side ends the stream.
    pub async fn until_closed(&mut self) {
        timeout(PATIENCE, async { while self.read_event().await.is_some() {} })
            .await
            .expect("the stream ends");
    }

    async fn read_event(&mut self) -> Option<Event> {
        let mut event = Event { name: String::new(), id: String::new(), data: String::new() };
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).await.expect("bytes") == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("event", name)) => name.clone_into(&mut event.name),
                Some(("id", id)) => id.clone_into(&mut event.id),
                Some(("data", data)) => data.clone_into(&mut event.data),
                // Chunk sizes, comments and the empty line that ends an event.
                _ if event.data.is_empty() => {}
                _ => return Some(event),
            }
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub code: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The `Cookie` line that sends back what was set.
    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").expect("a cookie").split(';').next().expect("a pair");
        format!("Cookie: {cookie}\r\n")
    }

    /// The headers that every answer must have, in order.
    pub fn security_headers(&self) -> String {
        let own = [
            "content-type",
            "content-length",
            "date",
            "connection",
            "set-cookie",
            "location",
            "allow",
            "transfer-encoding",
            "x-accel-buffering",
        ];
        let mut lines: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !own.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        lines.sort();
        lines.concat()
    }
}
