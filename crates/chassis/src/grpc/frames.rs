use ting_proto::codec::BAD_PROTO;
use tonic::Status;

/// One byte for compression and four for the length stand before every message.
const PREFIX: usize = 5;

/// Follows the messages in a body and stops the first that is too large or no message, before anything is set aside for it.
#[derive(Debug)]
pub(super) struct Frames {
    max_bytes: usize,
    prefix: [u8; PREFIX],
    prefix_filled: usize,
    left_of_message: usize,
    messages: usize,
}

impl Frames {
    pub fn new(max_bytes: usize) -> Self {
        Self { max_bytes, prefix: [0; PREFIX], prefix_filled: 0, left_of_message: 0, messages: 0 }
    }

    /// Takes in the next bytes of the body.
    pub fn feed(&mut self, mut data: &[u8]) -> Result<(), Status> {
        while !data.is_empty() {
            let skipped = self.left_of_message.min(data.len());
            self.left_of_message -= skipped;
            data = &data[skipped..];
            let taken = data.len().min(PREFIX - self.prefix_filled);
            self.prefix[self.prefix_filled..][..taken].copy_from_slice(&data[..taken]);
            self.prefix_filled += taken;
            data = &data[taken..];
            if self.prefix_filled == PREFIX {
                self.start_message()?;
            }
        }
        Ok(())
    }

    /// Takes note of the end of the body.
    pub fn finish(&self) -> Result<(), Status> {
        if self.prefix_filled == 0 && self.left_of_message == 0 { Ok(()) } else { Err(bad("it is cut off")) }
    }

    /// How many messages have begun.
    pub fn messages(&self) -> usize {
        self.messages
    }

    fn start_message(&mut self) -> Result<(), Status> {
        let [flag, length @ ..] = self.prefix;
        let bytes = u32::from_be_bytes(length) as usize;
        if flag != 0 {
            return Err(bad("its compression flag is not 0, and no compression was agreed on"));
        }
        if bytes > self.max_bytes {
            let text = format!("the message has {bytes} bytes, more than the limit of {}", self.max_bytes);
            return Err(Status::out_of_range(text));
        }
        (self.prefix_filled, self.left_of_message) = (0, bytes);
        self.messages += 1;
        Ok(())
    }
}

/// The answer to bytes that are no message.
pub(super) fn bad(why: &str) -> Status {
    Status::invalid_argument(format!("{BAD_PROTO}: {why}"))
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::Frames;

    fn message(length: u8) -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, 0, length];
        bytes.extend(vec![7; usize::from(length)]);
        bytes
    }

    #[test]
    fn messages_are_followed_however_they_are_cut() {
        let body = [message(3), message(0), message(10)].concat();
        for size in 1..=body.len() {
            let mut frames = Frames::new(10);
            for chunk in body.chunks(size) {
                frames.feed(chunk).unwrap();
            }
            frames.finish().unwrap();
            assert_eq!(frames.messages(), 3, "chunks of {size}");
        }
    }

    #[test]
    fn a_message_too_large_is_stopped_at_its_prefix() {
        let mut frames = Frames::new(10);
        frames.feed(&message(10)).unwrap();
        assert_eq!(frames.feed(&[0, 0, 0, 0]).map_err(|status| status.code()), Ok(()));
        assert_eq!(frames.feed(&[11]).unwrap_err().code(), Code::OutOfRange);
        assert_eq!(Frames::new(10).feed(&[0, 0x80, 0, 0, 0]).unwrap_err().code(), Code::OutOfRange);
    }

    #[test]
    fn a_strange_flag_and_a_cut_off_message_are_bad() {
        for flag in [1, 2, 255] {
            let refused = Frames::new(10).feed(&[flag, 0, 0, 0, 0]).unwrap_err();
            assert_eq!(refused.code(), Code::InvalidArgument, "{flag}");
        }
        for cut in 1..8 {
            let mut frames = Frames::new(10);
            frames.feed(&message(3)[..cut]).unwrap();
            assert_eq!(frames.finish().unwrap_err().code(), Code::InvalidArgument, "{cut}");
        }
    }
}
