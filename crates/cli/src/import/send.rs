use std::time::Duration;

use ting_proto::intake::v1::{
    ImportFeedbackRequest, ImportFeedbackResponse, intake_service_client::IntakeServiceClient,
};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::{connect::Authorised, error::CliError};

/// A stream of ten thousand rows takes seconds; a service that was asked for this long is stuck.
const STREAM_TIMEOUT: Duration = Duration::from_mins(10);
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Sends a batch, again if the service is away or busy: rows that it has already are only counted as duplicates.
pub async fn send(
    client: &mut IntakeServiceClient<Authorised>,
    items: &[ImportFeedbackRequest],
) -> Result<ImportFeedbackResponse, CliError> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..TRIES {
        match try_send(client, items).await {
            Err(status) if may_pass(&status) => {
                tokio::time::sleep(asked_pause(&status).unwrap_or(pause)).await;
                pause *= 2;
            }
            settled => return checked(settled?, items.len()),
        }
    }
    checked(try_send(client, items).await?, items.len())
}

async fn try_send(
    client: &mut IntakeServiceClient<Authorised>,
    items: &[ImportFeedbackRequest],
) -> Result<ImportFeedbackResponse, Status> {
    let mut request = Request::new(futures::stream::iter(items.to_vec()));
    request.set_timeout(STREAM_TIMEOUT);
    Ok(client.import_feedback(request).await?.into_inner())
}

/// Only rows that the service counts may be taken for confirmed.
fn checked(answer: ImportFeedbackResponse, sent: usize) -> Result<ImportFeedbackResponse, CliError> {
    let counted = answer.created + answer.duplicates + answer.refused;
    if answer.received == sent as u64 && counted == answer.received {
        return Ok(answer);
    }
    Err(CliError::failed(
        format!("{sent} rows were sent, {} came, and {counted} are accounted for", answer.received),
        "import again: what is there already is not added twice",
    ))
}

/// What a transport that broke, or a service that restarts, looks like.
fn may_pass(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable | Code::ResourceExhausted | Code::Aborted | Code::Cancelled | Code::Unknown
    )
}

fn asked_pause(status: &Status) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(30);
    Some(status.get_details_retry_info()?.retry_delay?.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ting_proto::intake::v1::ImportFeedbackResponse;
    use tonic::{Code, Status};
    use tonic_types::{ErrorDetails, StatusExt as _};

    use super::{asked_pause, checked, may_pass};

    #[test]
    fn rows_that_are_not_accounted_for_are_not_confirmed() {
        let answer = ImportFeedbackResponse {
            received: 10,
            created: 5,
            duplicates: 4,
            refused: 1,
            errors: Vec::new(),
        };
        assert!(checked(answer.clone(), 10).is_ok());
        assert!(checked(answer.clone(), 11).is_err());
        assert!(checked(ImportFeedbackResponse { created: 4, ..answer }, 10).is_err());
    }

    #[test]
    fn only_what_may_pass_is_tried_again_and_not_sooner_than_asked() {
        assert!(may_pass(&Status::unavailable("")));
        for code in [
            Code::Unauthenticated,
            Code::PermissionDenied,
            Code::InvalidArgument,
            Code::Internal,
            Code::Unimplemented,
        ] {
            assert!(!may_pass(&Status::new(code, "")), "{code:?}");
        }
        let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(3)));
        let status = Status::with_error_details(Code::ResourceExhausted, "", details);
        assert_eq!(asked_pause(&status), Some(Duration::from_secs(3)));
        assert_eq!(asked_pause(&Status::unavailable("")), None);
    }
}
