//! Every text of the page, in both languages side by side.

use ting_proto::{
    analysis::v1::RunState,
    recovery::v1::{CaseState, Cause, Severity},
    types::v1::{Dimension, FeedbackKind, Language as Tongue, Metric},
};

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// As in `?lang=`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// As in the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chinese => "中文",
            Self::English => "English",
        }
    }

    /// The language called `code`.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The one of ours that the browser prefers; English when it wants neither.
    pub fn negotiate(accept_language: &str) -> Self {
        let weight = |range: &str| -> Option<(Self, f32)> {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
            let quality =
                parameters.trim().strip_prefix("q=").map_or(Some(1.0), |quality| quality.parse().ok())?;
            Some((Self::parse(&primary)?, quality))
        };
        let mut best = (Self::English, 0.0);
        for (language, quality) in accept_language.split(',').take(20).filter_map(weight) {
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }

    /// The text called `key`.
    pub fn text(self, key: Text) -> &'static str {
        let (chinese, english) = key.texts();
        self.pick(chinese, english)
    }

    fn pick(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

macro_rules! table {
    ($($key:ident: $chinese:literal, $english:literal;)*) => {
        /// A text of the page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Text { $($key),* }

        impl Text {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$key),*];

            fn texts(self) -> (&'static str, &'static str) {
                match self { $(Self::$key => ($chinese, $english)),* }
            }
        }
    };
}

table! {
    Title: "顾客之声", "Voice of the customer";
    SkipToContent: "跳到正文", "Skip to content";
    Language: "语言", "Language";
    Workspace: "工作区", "Workspace";
    SignIn: "登录", "Sign in";
    SignOut: "退出", "Sign out";
    Token: "访问令牌", "Access token";
    TokenHint: "请粘贴运维人员发给您的令牌（ting token create）。", "Paste the token that your operator gave you (ting token create).";
    TokenRefused: "令牌无效或已过期。", "This token is not valid, or it has expired.";
    SessionOver: "会话已结束，请重新登录。", "Your session has ended. Please sign in again.";
    Live: "实时", "Live";
    Connecting: "连接中", "Connecting";
    Lost: "连接中断，正在重连…", "Connection lost, reconnecting…";
    Stale: "收不到变更，数据可能已过时，始于", "Changes are not arriving; what you see may be out of date, since";
    AwayAnalysis: "分析服务无响应，始于", "The analysis service has not answered since";
    AwayIntake: "采集服务无响应，始于", "The intake service has not answered since";
    AwayRecovery: "补救服务无响应，始于", "The recovery service has not answered since";
    AwaySatisfaction: "满意度服务无响应，始于", "The satisfaction service has not answered since";
    AwayKept: "以下为此前的数据。", "What follows was read before that.";
    Stop: "。", ". ";
    Denied: "您的角色无权查看。", "Your role may not see this.";
    Nothing: "暂无", "Nothing yet";
    Counts: "总览", "At a glance";
    Feedback: "反馈", "Feedback";
    Responses: "问卷回答", "Survey responses";
    Themes: "主题", "Themes";
    OpenCases: "未结个案", "Open cases";
    Delivered: "已送达通知", "Notifications delivered";
    Scores: "满意度得分", "Satisfaction scores";
    Interval: "95% 置信区间", "95% interval";
    NoInterval: "回答太少，无法给出区间", "Too few answers for an interval";
    Answers: "回答数", "Answers";
    Distribution: "回答分布", "Answers by value";
    ThemesEmpty: "尚无主题。满 30 条评论后可运行主题分析。", "No themes yet. They can be built once there are 30 comments.";
    Comments: "最新评论", "Newest comments";
    CommentsEmpty: "尚无评论。", "No comments yet.";
    CommentCount: "评论", "Comments";
    Parked: "未归入主题", "Fit no theme";
    RunAdvised: "建议重新运行主题分析", "A new run is worth it";
    Running: "正在重建主题", "Themes are being rebuilt";
    Negative: "负面", "negative";
    Share: "占比", "share";
    Weeks: "最近各周评论数", "Comments by week";
    Sentiment: "情感", "Sentiment";
    Positive: "正面", "positive";
    Neutral: "中性", "neutral";
    Urgency: "紧急度", "Urgency";
    Urgent: "紧急", "urgent";
    NoTheme: "未归类", "no theme";
    Repeats: "与先前的评论近似", "says nearly what an earlier one said";
    Cases: "待处理个案", "Cases to work on";
    CasesEmpty: "没有待处理的个案。", "No case needs work.";
    Customer: "客户", "Customer";
    Assignee: "负责人", "Assigned to";
    Occurrences: "发生次数", "Times it came up";
    Opened: "开立", "Opened";
    Severity: "严重度", "Severity";
    Alerts: "预警", "Alerts";
    AlertsEmpty: "没有预警。", "No alert stands.";
    Floor: "下限", "floor";
    NotFound: "没有这个页面。", "There is no such page.";
    BadRequest: "地址有误。", "This address is not understood.";
    Refused: "请求被拒绝。", "The request was refused.";
    TooMany: "请求过多，请稍后再试。", "Too many requests. Please try again later.";
    Home: "回到首页", "Back to the page";
    Footnote: "得分附样本量 n 与 95% 置信区间：NPS 用调整 Wald，CSAT 用 Wilson，CES 用 t 分布。",
        "Scores come with their sample size n and a 95% interval: adjusted Wald for NPS, Wilson for CSAT, Student’s t for CES.";
}

/// Names of what the contracts enumerate.
impl Language {
    pub fn metric(self, metric: Metric) -> (&'static str, &'static str) {
        match metric {
            Metric::Nps => ("NPS", self.pick("净推荐值", "Net promoter score")),
            Metric::Csat => ("CSAT", self.pick("客户满意度", "Customer satisfaction")),
            Metric::Ces => {
                ("CES", self.pick("客户费力度（越高越省力）", "Customer effort (higher is easier)"))
            }
            Metric::Unspecified => ("–", ""),
        }
    }

    pub fn cause(self, cause: Cause) -> &'static str {
        match cause {
            Cause::Complaint => self.pick("投诉", "Complaint"),
            Cause::UrgentComment => self.pick("紧急负面评论", "Urgent comment"),
            Cause::Dissatisfied => self.pick("低于期望", "Fell short of expectation"),
            Cause::Unspecified => "–",
        }
    }

    pub fn case_state(self, state: CaseState) -> &'static str {
        match state {
            CaseState::Open => self.pick("待受理", "Open"),
            CaseState::Acknowledged => self.pick("已受理", "Acknowledged"),
            CaseState::Resolved => self.pick("已解决", "Resolved"),
            CaseState::Closed => self.pick("已关闭", "Closed"),
            CaseState::Unspecified => "–",
        }
    }

    pub fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Low => self.pick("低", "Low"),
            Severity::Medium => self.pick("中", "Medium"),
            Severity::High => self.pick("高", "High"),
            Severity::Unspecified => "–",
        }
    }

    pub fn kind(self, kind: FeedbackKind) -> &'static str {
        match kind {
            FeedbackKind::Comment => self.pick("评论", "Comment"),
            FeedbackKind::Suggestion => self.pick("建议", "Suggestion"),
            FeedbackKind::Complaint => self.pick("投诉", "Complaint"),
            FeedbackKind::Praise => self.pick("表扬", "Praise"),
            FeedbackKind::Unspecified => "–",
        }
    }

    pub fn tongue(self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::Chinese => self.pick("中文", "Chinese"),
            Tongue::English => self.pick("英文", "English"),
            Tongue::Other => self.pick("其他语言", "Other language"),
            Tongue::Unspecified => "–",
        }
    }

    pub fn dimension(self, dimension: Dimension) -> &'static str {
        match dimension {
            Dimension::Workspace | Dimension::Unspecified => self.pick("整个工作区", "Whole workspace"),
            Dimension::Customer => self.pick("客户", "Customer"),
            Dimension::Touchpoint => self.pick("触点", "Touchpoint"),
            Dimension::Channel => self.pick("渠道", "Channel"),
        }
    }

    pub fn run_is_under_way(self, state: RunState) -> Option<&'static str> {
        (state == RunState::Running).then(|| self.text(Text::Running))
    }

    /// How long ago something was, as browsers say it too.
    pub fn ago(self, seconds: i64) -> String {
        let (count, chinese, english) = match seconds.max(0) {
            seconds @ 0..60 => (seconds, "秒钟", "second"),
            seconds @ 60..3600 => (seconds / 60, "分钟", "minute"),
            seconds @ 3600..86_400 => (seconds / 3600, "小时", "hour"),
            seconds => (seconds / 86_400, "天", "day"),
        };
        match self {
            Self::Chinese => format!("{count}{chinese}前"),
            Self::English if count == 1 => format!("1 {english} ago"),
            Self::English => format!("{count} {english}s ago"),
        }
    }
}

#[cfg(test)]
#[path = "i18n_tests.rs"]
mod tests;
