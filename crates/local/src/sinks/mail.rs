use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Mail {
    pub recipients: Vec<String>,
    /// Headers and body.
    pub text: String,
}

impl Mail {
    /// The value of a header that stands on one line.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.text.lines().take_while(|line| !line.is_empty()).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// A mail server (RFC 5321, the commands that clients need) that delivers to nobody.
#[derive(Clone)]
pub struct MailSink {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Mail>>>,
    folder: Option<PathBuf>,
}

impl MailSink {
    /// Listens until the runtime ends; `folder` gets a file for each message.
    pub async fn start(folder: Option<PathBuf>) -> anyhow::Result<Self> {
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.context("listening for mail")?;
        let sink = Self { address: listener.local_addr()?, received: Arc::default(), folder };
        let accepting = sink.clone();
        #[expect(clippy::disallowed_methods, reason = "serves as long as the process")]
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = accepting.clone();
                #[expect(clippy::disallowed_methods, reason = "ends with its connection")]
                tokio::spawn(async move { sink.converse(stream).await });
            }
        });
        Ok(sink)
    }

    /// The URL for `service.smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// All that came, in order.
    pub fn received(&self) -> Vec<Mail> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        // A conversation of short lines would otherwise wait 40 ms for each.
        stream.set_nodelay(true)?;
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 ting mail sink\r\n").await?;
        let mut recipients = Vec::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let answer: &[u8] = match verb.as_str() {
                "EHLO" => b"250-ting\r\n250 8BITMIME\r\n",
                "RCPT" => {
                    recipients
                        .push(line[4..].trim_start_matches([' ', 'T', 'O', 't', 'o', ':']).trim().to_owned());
                    b"250 ok\r\n"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let text = read_message(&mut stream).await?;
                    self.keep(Mail { recipients: std::mem::take(&mut recipients), text })?;
                    b"250 kept\r\n"
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                "HELO" | "MAIL" | "RSET" | "NOOP" => b"250 ok\r\n",
                _ => b"502 not here\r\n",
            };
            stream.write_all(answer).await?;
        }
    }

    fn keep(&self, mail: Mail) -> std::io::Result<()> {
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &self.folder {
            let id = mail
                .header("message-id")
                .unwrap_or("without-id")
                .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            std::fs::write(folder.join(format!("{id}.eml")), &mail.text)?;
        }
        received.push(mail);
        Ok(())
    }
}

/// Reads up to the line that is a dot; takes back the dots that the client doubled.
async fn read_message(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 || line == b".\r\n" {
            return Ok(text);
        }
        let line = String::from_utf8_lossy(&line);
        text.push_str(line.strip_prefix('.').unwrap_or(&line).trim_end_matches(['\r', '\n']));
        text.push('\n');
    }
}
