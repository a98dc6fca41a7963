//! What a workspace may look like, as the services would answer. `text` stands wherever somebody outside had a say.

use chrono::{DateTime, TimeDelta, Utc};
use ting_gateway::{Board, Cases, Source, Themes, Update};
use ting_proto::{
    analysis::v1::{Comment, ListThemesResponse, Share, Theme, WeekCount},
    recovery::v1::{Case, CaseState, Cause, Severity},
    satisfaction::v1::{Alert, Score},
    types::v1::{Day, Dimension, FeedbackKind, Language, Metric},
};

/// When the sample is looked at.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("a time")
}

/// Everything answered. `text` replaces what customers said; `None` leaves examples of it.
pub fn board(text: Option<&str>) -> Board {
    let mut board = Board::default();
    let answers = [
        (Source::Feedback, Update::Feedback(12_486)),
        (Source::Responses, Update::Responses(3_207)),
        (Source::Themes, Update::Themes(Box::new(themes(text)))),
        (Source::Comments, Update::Comments(comments(text))),
        (Source::Scores, Update::Scores(scores())),
        (Source::Alerts, Update::Alerts(alerts(text))),
        (Source::Cases, Update::Cases(Cases { cases: cases(text), open: 23 })),
        (Source::Notifications, Update::Notifications(481)),
    ];
    for (source, answer) in answers {
        board.apply(source, Ok(answer));
    }
    board
}

fn or(text: Option<&str>, example: &str) -> String {
    text.unwrap_or(example).to_owned()
}

fn ago(minutes: i64) -> pbjson_types::Timestamp {
    (now() - TimeDelta::minutes(minutes)).into()
}

fn themes(text: Option<&str>) -> Themes {
    let rows = [
        ("等了两个小时才有人接电话", ["等待", "电话", "客服", "小时", "接通", "排队"], 412, 318),
        (
            "The parcel arrived damaged and nobody answered",
            ["parcel", "damaged", "box", "arrived", "broken", "courier"],
            287,
            221,
        ),
        ("房间很干净，早餐也不错", ["房间", "干净", "早餐", "服务", "舒适", "前台"], 243, 12),
        ("退款一直没有到账", ["退款", "到账", "订单", "取消", "天", "处理"], 178, 161),
        (
            "Staff were friendly and helped right away",
            ["staff", "friendly", "helpful", "quick", "kind", "smile"],
            96,
            4,
        ),
    ];
    let themes = rows.into_iter().enumerate().map(|(place, (label, terms, size, negative))| Theme {
        theme_id: format!("theme-{place}"),
        level: 2,
        label: or(text, label),
        terms: terms.map(|term| or(text, term)).to_vec(),
        size,
        share: f64::from(i32::try_from(size).expect("small")) / 1216.0,
        negative: Some(share(negative, size)),
        trend: trend(i64::try_from(place).expect("small")),
        ..Theme::default()
    });
    let list = ListThemesResponse {
        themes: themes.collect(),
        comments: 12_480,
        parked: 1_342,
        run_advised: true,
        ..Default::default()
    };
    Themes { list, newest_run: None, total: 38 }
}

fn share(count: i64, n: i64) -> Share {
    let value = f64::from(i32::try_from(count).expect("small")) / f64::from(i32::try_from(n).expect("small"));
    Share { count, n, value, lower: (value - 0.04).max(0.0), upper: (value + 0.04).min(1.0) }
}

fn trend(seed: i64) -> Vec<WeekCount> {
    let monday = DateTime::from_timestamp(1_789_948_800, 0).expect("a time").date_naive();
    (0..26)
        .filter(|week| (week + seed) % 7 != 5)
        .map(|week| {
            let day = monday - TimeDelta::weeks(25 - week);
            let part = |format: &str| day.format(format).to_string().parse().expect("a number");
            let week_day = Day { year: part("%Y"), month: part("%m"), day: part("%d") };
            WeekCount { week: Some(week_day), count: 3 + (week * (seed + 3)) % 11 + week / 4 }
        })
        .collect()
}

fn comments(text: Option<&str>) -> Vec<Comment> {
    let rows = [
        (
            "空调漏电，差点伤到孩子！马上派人来处理，否则我就去投诉。",
            FeedbackKind::Complaint,
            Language::Chinese,
            -0.82,
            0.94,
            "等了两个小时才有人接电话",
        ),
        (
            "Great stay overall. The team at the front desk sorted out our late check-in within minutes.",
            FeedbackKind::Praise,
            Language::English,
            0.74,
            0.05,
            "Staff were friendly and helped right away",
        ),
        ("发票什么时候可以开？", FeedbackKind::Comment, Language::Chinese, 0.0, 0.31, ""),
        (
            "You could let people choose the delivery slot themselves; I had to stay home the whole day again, and the courier still came after six. It would also help to see on a map where the parcel is.",
            FeedbackKind::Suggestion,
            Language::English,
            -0.21,
            0.22,
            "The parcel arrived damaged and nobody answered",
        ),
        (
            "مرحبا، الخدمة جيدة لكن التطبيق بطيء",
            FeedbackKind::Comment,
            Language::Other,
            0.11,
            0.1,
            "房间很干净，早餐也不错",
        ),
    ];
    let comment = |(place, (said, kind, language, sentiment, urgency, theme)): (
        i64,
        (&str, FeedbackKind, Language, f64, f64, &str),
    )| Comment {
        feedback_id: format!("feedback-{place}"),
        text: or(text, said),
        kind: kind.into(),
        language: language.into(),
        sentiment,
        urgency,
        urgency_rules: if urgency > 0.5 { vec![or(text, "safety")] } else { Vec::new() },
        theme_label: or(text, theme),
        duplicate_of: if place == 2 { "feedback-1".to_owned() } else { String::new() },
        occurred_at: Some(ago(3 + place * 47)),
        ..Comment::default()
    };
    (0..).zip(rows).map(comment).collect()
}

fn scores() -> Vec<Score> {
    let score = |metric: Metric, n, value, lower, upper, distribution: &[i64]| Score {
        metric: metric.into(),
        dimension: Dimension::Workspace.into(),
        n,
        value,
        lower,
        upper,
        distribution: distribution.to_vec(),
        ..Score::default()
    };
    vec![
        score(
            Metric::Nps,
            1_204,
            Some(-12.4),
            Some(-17.1),
            Some(-7.7),
            &[120, 31, 40, 62, 71, 112, 98, 171, 180, 130, 189],
        ),
        score(Metric::Csat, 1_640, Some(71.3), Some(69.1), Some(73.5), &[140, 120, 210, 620, 550]),
        score(Metric::Ces, 1, Some(5.0), None, None, &[0, 0, 0, 0, 1, 0, 0]),
    ]
}

fn alerts(text: Option<&str>) -> Vec<Alert> {
    vec![Alert {
        metric: Metric::Nps.into(),
        dimension: Dimension::Touchpoint.into(),
        key: or(text, "delivery"),
        minimum: 10.0,
        value: -8.25,
        n: 214,
        raised_at: Some(ago(380)),
        ..Alert::default()
    }]
}

fn cases(text: Option<&str>) -> Vec<Case> {
    let rows = [
        (Cause::UrgentComment, Severity::High, CaseState::Open, 3, "", 1),
        (Cause::Complaint, Severity::Medium, CaseState::Acknowledged, 95, "li.wei", 4),
        (Cause::Dissatisfied, Severity::Low, CaseState::Open, 2_900, "", 1),
    ];
    let case = |(cause, severity, state, minutes, assignee, occurrences): (
        Cause,
        Severity,
        CaseState,
        i64,
        &str,
        i64,
    )| Case {
        case_id: format!("case-{minutes}"),
        customer_id: or(text, "0190f7a2-7c1e-7c3a-9d5b-0123456789ab"),
        cause: cause.into(),
        severity: severity.into(),
        state: state.into(),
        assignee: or(text, assignee),
        occurrences,
        opened_at: Some(ago(minutes)),
        ..Case::default()
    };
    rows.map(case).to_vec()
}
