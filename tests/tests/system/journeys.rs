use ting_proto::{
    analysis::v1::{
        ListCommentsRequest, ListRunsRequest, ListThemesRequest, RunState, StartRunRequest,
        analysis_service_client::AnalysisServiceClient,
    },
    intake::v1::{
        FeedbackInput, ResponseInput, SubmitFeedbackRequest, SubmitResponseRequest,
        intake_service_client::IntakeServiceClient,
    },
    ops::v1::{RebuildProjectionRequest, ops_service_client::OpsServiceClient},
    recovery::v1::{
        AcknowledgeCaseRequest, Case, CaseState, Cause, ListCasesRequest, ResolveCaseRequest,
        recovery_service_client::RecoveryServiceClient,
    },
    satisfaction::v1::{ListBandsRequest, satisfaction_service_client::SatisfactionServiceClient},
    types::v1::{Band, FeedbackKind, Language, Metric},
};
use ting_testkit::eventually;

use crate::bed::SystemBed;

async fn say(bed: &SystemBed, customer: &str, kind: FeedbackKind, text: &str) -> String {
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    let feedback = FeedbackInput {
        customer_external_id: customer.to_owned(),
        kind: kind.into(),
        text: text.to_owned(),
        ..FeedbackInput::default()
    };
    let request = SubmitFeedbackRequest { feedback: Some(feedback), ..Default::default() };
    intake.submit_feedback(bed.with(request)).await.unwrap().into_inner().feedback_id
}

async fn answer(bed: &SystemBed, customer: &str, metric: Metric, value: i32) {
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    let response = ResponseInput {
        customer_external_id: customer.to_owned(),
        metric: metric.into(),
        value,
        external_id: format!("{customer}-{metric:?}"),
        ..ResponseInput::default()
    };
    let request = SubmitResponseRequest { response: Some(response), ..Default::default() };
    intake.submit_response(bed.with(request)).await.unwrap();
}

async fn open_case(bed: &SystemBed, cause: Cause) -> Case {
    let mut recovery = RecoveryServiceClient::new(bed.channel("recovery"));
    let request = ListCasesRequest { state: CaseState::Open.into(), ..Default::default() };
    eventually(async || {
        let cases = recovery.list_cases(bed.with(request.clone())).await.unwrap().into_inner().cases;
        cases.iter().find(|case| case.cause() == cause).cloned().ok_or(cases)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_arrives_and_finds_its_language_its_tone_and_its_theme() {
    let bed = SystemBed::start().await;
    let subjects =
        ["快递配送太慢", "The app crashes after the update", "退款没有到账", "The price went up again"];
    for number in 0..60 {
        let subject = subjects[number % subjects.len()];
        say(
            &bed,
            &format!("c{number}"),
            FeedbackKind::Comment,
            &format!("{subject}，第{number}位顾客 {number}"),
        )
        .await;
    }
    bed.quiet().await;
    let mut analysis = AnalysisServiceClient::new(bed.channel("analysis"));
    analysis.start_run(bed.with(StartRunRequest::default())).await.unwrap();
    bed.quiet().await;
    let runs = analysis.list_runs(bed.with(ListRunsRequest::default())).await.unwrap().into_inner().runs;
    assert_eq!(runs[0].state(), RunState::Finished);
    let themes = analysis.list_themes(bed.with(ListThemesRequest::default())).await.unwrap().into_inner();
    assert!(themes.themes.len() >= 2, "{themes:?}");
    assert_eq!(themes.comments, 60);

    let id = say(&bed, "anna", FeedbackKind::Complaint, "快递配送太慢，快递员态度恶劣，非常差").await;
    let comment = eventually(async || {
        let request = ListCommentsRequest::default();
        let comments = analysis.list_comments(bed.with(request)).await.unwrap().into_inner().comments;
        comments.into_iter().find(|comment| comment.feedback_id == id).ok_or("not classified yet")
    })
    .await;
    assert_eq!(comment.language(), Language::Chinese);
    assert!(comment.sentiment < 0.0, "{comment:?}");
    assert!(!comment.sentiment_words.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_let_down_and_somebody_hears_of_it() {
    let bed = SystemBed::start().await;
    say(&bed, "anna", FeedbackKind::Complaint, "The kettle burned my hand, I want a refund").await;
    answer(&bed, "bert", Metric::Csat, 1).await;
    let complaint = open_case(&bed, Cause::Complaint).await;
    let dissatisfied = open_case(&bed, Cause::Dissatisfied).await;
    assert_ne!(complaint.customer_id, dissatisfied.customer_id);

    let mut satisfaction = SatisfactionServiceClient::new(bed.channel("satisfaction"));
    let request = ListBandsRequest { band: Band::Dissatisfied.into(), ..Default::default() };
    let bands = satisfaction.list_bands(bed.with(request)).await.unwrap().into_inner().bands;
    assert_eq!(bands.iter().map(|band| &band.customer_id).collect::<Vec<_>>(), [&dissatisfied.customer_id]);

    eventually(async || {
        let (webhooks, mails) = (bed.webhooks.received(), bed.mails.received());
        let told = |case: &Case| {
            webhooks.iter().any(|webhook| webhook.body.contains(&case.case_id))
                && mails.iter().any(|mail| mail.text.contains(&case.case_id))
        };
        if told(&complaint) && told(&dissatisfied) { Ok(()) } else { Err((webhooks, mails)) }
    })
    .await;

    let mut recovery = RecoveryServiceClient::new(bed.channel("recovery"));
    let case_id = complaint.case_id.clone();
    let acknowledged = AcknowledgeCaseRequest { case_id: case_id.clone(), ..Default::default() };
    recovery.acknowledge_case(bed.with(acknowledged)).await.unwrap();
    let resolved = ResolveCaseRequest {
        case_id: case_id.clone(),
        resolution: "a new kettle".to_owned(),
        ..Default::default()
    };
    let resolved = recovery.resolve_case(bed.with(resolved)).await.unwrap().into_inner().case.unwrap();
    assert_eq!(resolved.state(), CaseState::Resolved);
    eventually(async || {
        let told = bed
            .webhooks
            .received()
            .iter()
            .any(|webhook| webhook.body.contains("case.resolved") && webhook.body.contains(&case_id));
        if told { Ok(()) } else { Err("nobody was told that the case is resolved") }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projection_computed_anew_equals_the_live_one() {
    let bed = SystemBed::start().await;
    for number in 0..30 {
        answer(&bed, &format!("c{number}"), Metric::Nps, number % 11).await;
        say(&bed, &format!("c{number}"), FeedbackKind::Comment, "the parcel was late").await;
    }
    bed.quiet().await;
    for (service, projection) in [("satisfaction", "scores"), ("analysis", "themes")] {
        let mut ops = OpsServiceClient::new(bed.channel(service));
        let request = RebuildProjectionRequest { projection: projection.to_owned() };
        let rebuilt = ops.rebuild_projection(bed.with(request)).await.unwrap().into_inner();
        assert_eq!(rebuilt.changed, 0, "{projection}: {rebuilt:?}");
    }
}
