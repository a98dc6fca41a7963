//! Made-up comments about known topics, in Chinese and English.

/// Subjects, complaints and endings of one topic; every combination is a comment.
struct Topic {
    subjects: [&'static str; 4],
    verdicts: [&'static str; 5],
    endings: [&'static str; 4],
}

const TOPICS: [Topic; 6] = [
    Topic {
        subjects: ["快递配送", "送货上门", "物流发货", "包裹运输"],
        verdicts: ["速度太慢", "等了一个星期才送到", "迟迟没有送达", "地址送错了", "路上耽误好几天"],
        endings: ["，物流要改进", "，快递员也不打电话", "，配送时间不准", "，发货拖拉"],
    },
    Topic {
        subjects: ["空调制冷", "空调外机", "压缩机", "出风口"],
        verdicts: ["噪音很大", "制冷效果差", "吹出来的风不凉", "温度降不下来", "漏水严重"],
        endings: ["，夏天开空调睡不着", "，制冷要修", "，空调温度不准", "，外机噪音吵人"],
    },
    Topic {
        subjects: ["会员价格", "套餐费用", "月费账单", "续费价格"],
        verdicts: ["又涨价了", "比别家贵", "优惠没有兑现", "收费不透明", "账单多收费用"],
        endings: ["，价格不划算", "，会员没有优惠", "，费用说不清楚", "，套餐涨价太快"],
    },
    Topic {
        subjects: ["The mobile app", "The app update", "Your android app", "The login screen of the app"],
        verdicts: [
            "crashes on start",
            "freezes after the update",
            "logs me out",
            "shows a blank screen",
            "rejects my password",
        ],
        endings: [" every time I log in", " since the last app version", " on my phone", " and login fails"],
    },
    Topic {
        subjects: ["The hotel room", "Our bathroom", "The bed in the room", "The room carpet"],
        verdicts: ["was dirty", "smelled of smoke", "had stains", "was not cleaned", "had a broken shower"],
        endings: [
            " when we checked in at the hotel",
            " and housekeeping never came",
            " during our stay",
            " so we left the hotel early",
        ],
    },
    Topic {
        subjects: ["The refund", "My money", "The payment reversal", "The refund to my card"],
        verdicts: [
            "has not arrived",
            "is still pending",
            "was sent to the wrong account",
            "was refused",
            "takes weeks",
        ],
        endings: [
            " after I returned the order",
            " and the bank sees no refund",
            " on my card statement",
            " since the return was accepted",
        ],
    },
];

/// `(id, text, topic)` of every made-up comment, 80 for each of 6 topics; the first 3 are Chinese.
pub fn comments() -> Vec<(String, String, usize)> {
    let mut comments = Vec::new();
    for (number, topic) in TOPICS.iter().enumerate() {
        for subject in topic.subjects {
            for verdict in topic.verdicts {
                for ending in topic.endings {
                    let space = if number < 3 { "" } else { " " };
                    let text = format!("{subject}{space}{verdict}{ending}");
                    comments.push((format!("c{:04}", comments.len()), text, number));
                }
            }
        }
    }
    comments
}
