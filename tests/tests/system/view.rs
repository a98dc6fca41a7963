//! Everything that a token can read.

use std::collections::{BTreeMap, BTreeSet};

use ting_local::services::NAMES;
use ting_proto::{
    analysis::v1::{
        GetRunRequest, GetThemeRequest, ListCommentsRequest, ListRunsRequest, ListThemesRequest,
        analysis_service_client::AnalysisServiceClient,
    },
    intake::v1::{
        GetCustomerRequest, GetFeedbackRequest, ListCustomersRequest, ListFeedbackRequest,
        ListResponsesRequest, get_customer_request::By, intake_service_client::IntakeServiceClient,
    },
    ops::v1::{GetStatusRequest, ListDeadLettersRequest, ops_service_client::OpsServiceClient},
    recovery::v1::{
        AcknowledgeCaseRequest, DeleteEndpointRequest, GetCaseRequest, ListCasesRequest,
        ListEndpointsRequest, ListNotificationsRequest, recovery_service_client::RecoveryServiceClient,
    },
    satisfaction::v1::{
        DayRange, GetScoreRequest, GetTrendRequest, ListAlertsRequest, ListBandsRequest, ListFloorsRequest,
        ListScoresRequest, satisfaction_service_client::SatisfactionServiceClient,
    },
    types::v1::{Day, Dimension, Metric},
};
use tonic::Code;

use crate::bed::{SystemBed, with};

/// The day of all answers, for the trend, which wants to know from when to when.
pub const ANSWERED_ON: Day = Day { year: 2025, month: 6, day: 15 };

/// Answers by call: `intake.list_feedback`, and `ops.get_status of intake`.
pub type Lists = BTreeMap<String, String>;

/// Makes a call and notes its answer as text.
macro_rules! look {
    ($lists:ident, $token:expr, $service:ident.$rpc:ident($request:expr)) => {
        let answer = $service.$rpc(with($token, $request)).await.unwrap().into_inner();
        $lists.insert(concat!(stringify!($service), ".", stringify!($rpc)).to_owned(), format!("{answer:?}"));
    };
}

/// Makes a call about something of `$ours`: it is there for them, and not for `$others`.
macro_rules! only_ours {
    ($gets:ident, $ours:expr, $others:expr, $service:ident.$rpc:ident($request:expr)) => {
        let name = concat!(stringify!($service), ".", stringify!($rpc));
        let refused = $service.$rpc(with($others, $request)).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "{name}: {refused:?}");
        $service.$rpc(with($ours, $request)).await.unwrap();
        $gets.insert(name.to_owned());
    };
}

/// What every list, and every get that needs no id, shows to a token.
pub async fn lists(bed: &SystemBed, token: &str) -> Lists {
    let mut lists = Lists::new();
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    look!(lists, token, intake.list_customers(ListCustomersRequest::default()));
    look!(lists, token, intake.list_feedback(ListFeedbackRequest::default()));
    look!(lists, token, intake.list_responses(ListResponsesRequest::default()));
    let mut analysis = AnalysisServiceClient::new(bed.channel("analysis"));
    look!(lists, token, analysis.list_themes(ListThemesRequest::default()));
    look!(lists, token, analysis.list_comments(ListCommentsRequest::default()));
    look!(lists, token, analysis.list_runs(ListRunsRequest::default()));
    let mut recovery = RecoveryServiceClient::new(bed.channel("recovery"));
    look!(lists, token, recovery.list_cases(ListCasesRequest::default()));
    look!(lists, token, recovery.list_endpoints(ListEndpointsRequest::default()));
    look!(lists, token, recovery.list_notifications(ListNotificationsRequest::default()));
    scores(bed, token, &mut lists).await;
    for service in NAMES {
        let mut ops = OpsServiceClient::new(bed.channel(service));
        let mut own = Lists::new();
        look!(own, token, ops.get_status(GetStatusRequest {}));
        look!(own, token, ops.list_dead_letters(ListDeadLettersRequest::default()));
        lists.extend(own.into_iter().map(|(rpc, seen)| (format!("{rpc} of {service}"), seen)));
    }
    lists
}

async fn scores(bed: &SystemBed, token: &str, lists: &mut Lists) {
    let (metric, dimension) = (Metric::Csat.into(), Dimension::Customer.into());
    let days = Some(DayRange { from: Some(ANSWERED_ON), to: Some(ANSWERED_ON) });
    let mut satisfaction = SatisfactionServiceClient::new(bed.channel("satisfaction"));
    look!(lists, token, satisfaction.get_score(GetScoreRequest { metric, ..Default::default() }));
    look!(
        lists,
        token,
        satisfaction.list_scores(ListScoresRequest { metric, dimension, ..Default::default() })
    );
    look!(lists, token, satisfaction.get_trend(GetTrendRequest { metric, days, ..Default::default() }));
    look!(lists, token, satisfaction.list_bands(ListBandsRequest::default()));
    look!(lists, token, satisfaction.list_floors(ListFloorsRequest::default()));
    look!(lists, token, satisfaction.list_alerts(ListAlertsRequest::default()));
}

/// Asks for single things of `ours` by their ids, as their owner and as somebody else. Gives the calls made.
pub async fn gets(bed: &SystemBed, ours: &str, others: &str) -> BTreeSet<String> {
    let mut gets = BTreeSet::new();
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    let answer = intake.list_feedback(with(ours, ListFeedbackRequest::default())).await.unwrap();
    let feedback = answer.into_inner().feedback.remove(0);
    let get_feedback = || GetFeedbackRequest { feedback_id: feedback.feedback_id.clone() };
    only_ours!(gets, ours, others, intake.get_feedback(get_feedback()));
    let get_customer = || GetCustomerRequest { by: Some(By::CustomerId(feedback.customer_id.clone())) };
    only_ours!(gets, ours, others, intake.get_customer(get_customer()));
    let mut analysis = AnalysisServiceClient::new(bed.channel("analysis"));
    let answer = analysis.list_themes(with(ours, ListThemesRequest::default())).await.unwrap();
    let theme_id = answer.into_inner().themes.remove(0).theme_id;
    only_ours!(gets, ours, others, analysis.get_theme(GetThemeRequest { theme_id: theme_id.clone() }));
    let answer = analysis.list_runs(with(ours, ListRunsRequest::default())).await.unwrap();
    let run_id = answer.into_inner().runs.remove(0).run_id;
    only_ours!(gets, ours, others, analysis.get_run(GetRunRequest { run_id: run_id.clone() }));
    let mut recovery = RecoveryServiceClient::new(bed.channel("recovery"));
    let case_id = cases(bed, ours).await.remove(0);
    only_ours!(gets, ours, others, recovery.get_case(GetCaseRequest { case_id: case_id.clone() }));
    let acknowledge = || AcknowledgeCaseRequest { case_id: case_id.clone(), ..Default::default() };
    only_ours!(gets, ours, others, recovery.acknowledge_case(acknowledge()));
    let answer = recovery.list_endpoints(with(ours, ListEndpointsRequest::default())).await.unwrap();
    let endpoint_id = answer.into_inner().endpoints.remove(0).endpoint_id;
    let delete = || DeleteEndpointRequest { endpoint_id: endpoint_id.clone(), ..Default::default() };
    only_ours!(gets, ours, others, recovery.delete_endpoint(delete()));
    gets
}

/// The ids of all cases.
pub async fn cases(bed: &SystemBed, token: &str) -> Vec<String> {
    let mut recovery = RecoveryServiceClient::new(bed.channel("recovery"));
    let answer = recovery.list_cases(with(token, ListCasesRequest::default())).await.unwrap();
    answer.into_inner().cases.into_iter().map(|case| case.case_id).collect()
}

/// How many events each service has parked.
pub async fn dead_letters(bed: &SystemBed, token: &str) -> [i64; 4] {
    let mut parked = [0; 4];
    for (count, service) in parked.iter_mut().zip(NAMES) {
        let mut ops = OpsServiceClient::new(bed.channel(service));
        *count = ops.get_status(with(token, GetStatusRequest {})).await.unwrap().into_inner().dead_letters;
    }
    parked
}
