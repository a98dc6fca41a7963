//! The codec of every generated server and client: prost's, but a message that does not decode is the caller's fault.
//!
//! tonic answers such a message INTERNAL before any interceptor sees it; callers would take that for our failure.

use bytes::Buf;
use prost::Message;
use tonic::{
    Status,
    codec::{Codec as TonicCodec, DecodeBuf, Decoder},
};
use tonic_prost::{ProstCodec, ProstDecoder};

/// Starts the text of the status of an undecodable message, so that the server can add its details.
pub const BAD_PROTO: &str = "message does not decode";

#[derive(Debug)]
pub struct Codec<T, U>(ProstCodec<T, U>);

impl<T, U> Default for Codec<T, U> {
    fn default() -> Self {
        Self(ProstCodec::default())
    }
}

impl<T, U> TonicCodec for Codec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = <ProstCodec<T, U> as TonicCodec>::Encoder;
    type Decoder = ClientFault<ProstDecoder<U>>;

    fn encoder(&mut self) -> Self::Encoder {
        self.0.encoder()
    }

    fn decoder(&mut self) -> Self::Decoder {
        ClientFault(self.0.decoder())
    }
}

/// A decoder whose failures are INVALID_ARGUMENT.
#[derive(Debug)]
pub struct ClientFault<D>(D);

impl<D: Decoder<Error = Status>> Decoder for ClientFault<D> {
    type Item = D::Item;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Self::Item>, Status> {
        let left = source.remaining();
        self.0.decode(source).map_err(|status| {
            Status::invalid_argument(format!("{BAD_PROTO} ({left} bytes): {}", status.message()))
        })
    }

    fn buffer_settings(&self) -> tonic::codec::BufferSettings {
        self.0.buffer_settings()
    }
}
