use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use ting_testkit::eventually;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::spawn;

/// What the mail server says to one letter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// To its recipient.
    Recipient(&'static str),
    /// To its text, which it has read.
    Text(&'static str),
    /// Nothing to its text: it hangs up after the last line.
    HangUp,
}

/// A mail server that answers by a script, then takes everything.
pub struct Mailbox {
    pub address: SocketAddr,
    letters: Arc<Mutex<Vec<String>>>,
}

impl Mailbox {
    pub async fn start(script: impl IntoIterator<Item = Say>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let (taken, mut script) = (letters.clone(), script.into_iter().collect::<VecDeque<_>>());
        spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let say = script.pop_front().unwrap_or(Say::Text("250 taken"));
                // One at a time: the script is in the order of the letters. A client that hangs up ends its turn.
                let _ = converse(stream, say, &taken).await;
            }
        });
        Self { address, letters }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Waits for the `count`th letter whose text came whole and gives all, as they came.
    pub async fn wait(&self, count: usize) -> Vec<String> {
        eventually(async || {
            let letters = self.letters.lock().unwrap().clone();
            if letters.len() >= count {
                Ok(letters)
            } else {
                Err(format!("{} letters, not {count}", letters.len()))
            }
        })
        .await
    }
}

async fn converse(mut stream: TcpStream, say: Say, letters: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mailbox\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250-mailbox\r\n250 8BITMIME",
            "QUIT" => return write.write_all(b"221 bye\r\n").await,
            "RCPT" => {
                if let Say::Recipient(reply) = say {
                    reply
                } else {
                    "250 ok"
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.push('\n');
                }
                letters.lock().unwrap().push(letter);
                match say {
                    Say::HangUp => return Ok(()),
                    Say::Text(reply) => reply,
                    Say::Recipient(_) => "250 taken",
                }
            }
            _ => "250 ok",
        };
        write.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}
