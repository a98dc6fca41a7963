use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Sleep;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::{Code, Status};

use super::{
    RequestId,
    answer::{code_name, completed_trailers},
    door::Place,
    frames::{Frames, bad},
    methods::Method,
    refusal::Refusal,
};
use crate::{fault::status, metrics};

/// How long a client may be silent in the middle of a stream.
const SILENCE: Duration = Duration::from_secs(30);

/// The body of a request, within its limits.
pub(super) struct Incoming {
    inner: Body,
    frames: Frames,
    single: bool,
    silence: Option<Pin<Box<Sleep>>>,
    ended: bool,
}

impl Incoming {
    pub fn new(inner: Body, max_message_bytes: usize, method: Method) -> Self {
        Self {
            inner,
            frames: Frames::new(max_message_bytes),
            single: !method.streaming,
            silence: None,
            ended: false,
        }
    }

    fn finish(&self) -> Result<(), Status> {
        self.frames.finish()?;
        if self.single && self.frames.messages() == 0 { Err(bad("it is not there")) } else { Ok(()) }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        // A single call has its deadline; a stream would have an hour to be silent in.
        if self.single {
            return Poll::Pending;
        }
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(SILENCE)));
        ready!(silence.as_mut().poll(context));
        self.ended = true;
        Poll::Ready(Some(Err(status(&Refusal::Silence))))
    }
}

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let Poll::Ready(next) = Pin::new(&mut self.inner).poll_frame(context) else {
            return self.wait(context);
        };
        self.silence = None;
        let checked = match next {
            None => {
                self.ended = true;
                return Poll::Ready(self.finish().err().map(Err));
            }
            Some(Err(error)) => Err(Status::from_error(error.into())),
            Some(Ok(frame)) => match frame.data_ref() {
                Some(data) => self.frames.feed(data).map(|()| frame),
                None => Ok(frame),
            },
        };
        self.ended = checked.is_err();
        Poll::Ready(Some(checked))
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Reports a call once, when it is over: with its code, or as cancelled when nobody waited for the end.
pub(super) struct Measure {
    method: &'static str,
    started: Instant,
    code: &'static str,
}

impl Measure {
    pub fn new(method: &'static str, started: Instant) -> Self {
        Self { method, started, code: code_name(Code::Cancelled) }
    }

    fn note(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get(Status::GRPC_STATUS) {
            self.code = code_name(Code::from_bytes(code.as_bytes()));
        }
    }
}

impl Drop for Measure {
    fn drop(&mut self) {
        metrics::request_seconds(self.method, self.code, self.started.elapsed());
    }
}

/// What a call holds on to until its answer is sent.
pub(super) struct Hold {
    pub id: RequestId,
    pub measure: Measure,
    pub deadline: Option<tokio::time::Instant>,
    pub place: Option<Place>,
    pub stop: Option<CancellationToken>,
}

/// The body of an answer, within its limits. It keeps the call's place among the calls at once until it is sent.
pub(super) struct Outgoing {
    inner: Body,
    id: RequestId,
    frames: Frames,
    measure: Measure,
    deadline: Option<tokio::time::Instant>,
    elapsed: Option<Pin<Box<Sleep>>>,
    stop: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    ended: bool,
    _place: Option<Place>,
}

impl Outgoing {
    pub fn new(inner: Body, headers: &HeaderMap, max_message_bytes: usize, hold: Hold) -> Self {
        let Hold { id, mut measure, deadline, place, stop } = hold;
        measure.note(headers);
        let stop = stop.map(|stop| Box::pin(stop.cancelled_owned()));
        let frames = Frames::new(max_message_bytes);
        Self { inner, id, frames, measure, deadline, elapsed: None, stop, ended: false, _place: place }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        if let Some(stop) = &mut self.stop
            && stop.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Status::unavailable("the server is shutting down"));
        }
        let Some(deadline) = self.deadline else { return Poll::Pending };
        let elapsed = self.elapsed.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        elapsed.as_mut().poll(context).map(|()| status(&Refusal::Deadline))
    }

    /// Ends the answer with an error in place of what was to come.
    fn cut(&mut self, cause: &Status) -> Frame<Bytes> {
        self.ended = true;
        let trailers = completed_trailers(cause, &self.id);
        self.measure.note(&trailers);
        Frame::trailers(trailers)
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let frame = match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => frame,
            Poll::Ready(other) => return Poll::Ready(other),
            Poll::Pending => {
                let cause = ready!(self.wait(context));
                return Poll::Ready(Some(Ok(self.cut(&cause))));
            }
        };
        let checked = frame.data_ref().map_or(Ok(()), |data| self.frames.feed(data));
        if let Err(cause) = checked {
            return Poll::Ready(Some(Ok(self.cut(&cause))));
        }
        match frame.trailers_ref().and_then(Status::from_header_map) {
            Some(end) if end.code() == Code::Ok => self.measure.code = code_name(Code::Ok),
            Some(end) => return Poll::Ready(Some(Ok(self.cut(&end)))),
            None => {}
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        // Not the inner one's: the answer may be cut.
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use bytes::Bytes;
    use futures::{StreamExt as _, stream};
    use http_body::Frame;
    use http_body_util::{BodyExt as _, StreamBody};
    use tokio::time::Instant;
    use tonic::Code;

    use super::{Incoming, SILENCE};
    use crate::grpc::methods::{Access, Method};

    const ONE_MESSAGE: &[u8] = &[0, 0, 0, 0, 1, 7];

    fn then_silence(streaming: bool) -> Incoming {
        let first =
            stream::iter([Ok::<_, std::convert::Infallible>(Frame::data(Bytes::from_static(ONE_MESSAGE)))]);
        let body = Body::new(StreamBody::new(first.chain(stream::pending())));
        Incoming::new(body, 10, Method { name: "", access: Access::Open, streaming })
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_falls_silent_is_ended() {
        let mut body = then_silence(true);
        let started = Instant::now();
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), ONE_MESSAGE);
        assert_eq!(body.frame().await.unwrap().unwrap_err().code(), Code::DeadlineExceeded);
        assert!(started.elapsed() >= SILENCE && started.elapsed() < SILENCE + Duration::from_secs(1));
        assert!(body.frame().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_single_call_is_left_to_its_deadline() {
        let mut body = then_silence(false);
        body.frame().await.unwrap().unwrap();
        assert!(tokio::time::timeout(SILENCE * 10, body.frame()).await.is_err());
    }
}
