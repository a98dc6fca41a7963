//! What comments are made of: for each topic what is spoken of, what was good about it, what was bad, and what happened.

/// A topic in one language.
pub struct Topic {
    pub touchpoint: &'static str,
    pub subjects: &'static [&'static str],
    pub good: &'static [&'static str],
    pub bad: &'static [&'static str],
    pub details: &'static [&'static str],
}

/// Joins the parts of a comment and counts in it.
pub struct Grammar {
    pub topics: &'static [Topic],
    pub openings: &'static [&'static str],
    pub closings: &'static [&'static str],
    pub space: &'static str,
    pub stop: &'static str,
    /// Before and after a number.
    pub times: &'static [(&'static str, &'static str)],
}

pub const ENGLISH: Grammar = Grammar {
    topics: &[
        Topic {
            touchpoint: "delivery",
            subjects: &["the delivery", "my parcel", "the courier", "shipping to my village", "the driver"],
            good: &[
                "came a day early",
                "was right on time",
                "was quick and friendly",
                "arrived without a scratch",
            ],
            bad: &[
                "was late again",
                "was left in the rain",
                "went to the wrong house",
                "arrived with a crushed box",
            ],
            details: &[
                "nobody rang the bell",
                "the tracking page never changed",
                "the slot was moved twice",
                "it was signed for by a neighbour",
            ],
        },
        Topic {
            touchpoint: "product",
            subjects: &["the kettle", "the steel pot", "the lid", "the handle", "the heating plate"],
            good: &["works beautifully", "feels solid", "boils water in two minutes", "is still like new"],
            bad: &[
                "broke",
                "leaks at the bottom",
                "gets far too hot to touch",
                "started to rust",
                "smells of burnt plastic",
            ],
            details: &[
                "we use it every morning",
                "the switch clicks but nothing happens",
                "I followed the manual",
                "the seal came off",
            ],
        },
        Topic {
            touchpoint: "service",
            subjects: &[
                "the support line",
                "the lady on the phone",
                "your chat",
                "the service desk",
                "the answer by mail",
            ],
            good: &[
                "was patient and kind",
                "solved it in one call",
                "knew what she was talking about",
                "called back as promised",
            ],
            bad: &[
                "kept me waiting",
                "was rude",
                "sent me from one person to the next",
                "never answered",
                "hung up on me",
            ],
            details: &[
                "I had to explain it from the start",
                "the music is awful",
                "they asked for the invoice",
                "nobody had read my notes",
            ],
        },
        Topic {
            touchpoint: "app",
            subjects: &["the app", "the checkout page", "the login", "the search", "the new version"],
            good: &["is easy to use", "loads fast now", "looks clean", "remembers my address"],
            bad: &[
                "crashes",
                "forgets my password",
                "freezes at the payment",
                "shows items that are sold out",
                "is painfully slow",
            ],
            details: &[
                "my phone is only a year old",
                "the button does nothing",
                "I tried it on two devices",
                "the code by text message never comes",
            ],
        },
        Topic {
            touchpoint: "billing",
            subjects: &["the invoice", "the refund", "the price", "the discount code", "the monthly fee"],
            good: &["was clear", "came back within two days", "is fair", "was lower than anywhere else"],
            bad: &[
                "was charged twice",
                "never arrived",
                "is too expensive",
                "did not work",
                "went up without a word",
            ],
            details: &[
                "my bank shows both payments",
                "the amount is wrong by a few cents",
                "I sent the receipt",
                "the offer was still on the page",
            ],
        },
        Topic {
            touchpoint: "store",
            subjects: &[
                "the shop in town",
                "the assistant",
                "the fitting room",
                "the queue at the till",
                "the parking lot",
            ],
            good: &["was a pleasure", "gave honest advice", "is spotless", "moves quickly"],
            bad: &[
                "was dirty",
                "had nobody to ask",
                "was far too long",
                "closed before the time on the door",
            ],
            details: &[
                "we came with a pram",
                "it was a Saturday",
                "the shelves were half empty",
                "the lift was out of order",
            ],
        },
    ],
    openings: &[
        "",
        "",
        "Honestly, ",
        "To be fair, ",
        "As a customer of many years: ",
        "Dear team, ",
        "Update: ",
    ],
    closings: &[
        "",
        "",
        "Please look into it.",
        "I will come back.",
        "I would not recommend it.",
        "Thank you!",
        "This must get better.",
    ],
    space: " ",
    stop: ". ",
    times: &[("after ", " days"), ("for the ", "th time"), ("order ", ""), ("in week ", ""), ("model K", "")],
};

pub const CHINESE: Grammar = Grammar {
    topics: &[
        Topic {
            touchpoint: "delivery",
            subjects: &["快递", "包裹", "送货员", "这次物流", "配送"],
            good: &["比预计早到了一天", "非常准时", "态度很好", "包装完好无损"],
            bad: &["又晚到了", "被扔在雨里", "送错了地址", "盒子压坏了", "一直没有消息"],
            details: &["没有人打电话通知", "物流信息好几天不更新", "改了两次时间", "是邻居帮忙签收的"],
        },
        Topic {
            touchpoint: "product",
            subjects: &["电水壶", "这口不锈钢锅", "锅盖", "把手", "加热底盘"],
            good: &["用起来很顺手", "质量很扎实", "两分钟就能烧开", "用了很久还像新的"],
            bad: &["坏了", "底部漏水", "烫得没法碰", "开始生锈", "有一股烧焦的塑料味"],
            details: &["我们每天早上都用", "按开关没有反应", "完全按照说明书操作", "密封圈掉下来了"],
        },
        Topic {
            touchpoint: "service",
            subjects: &["客服", "电话热线", "在线聊天", "售后人员", "邮件回复"],
            good: &["很耐心", "一次就解决了问题", "非常专业", "按约定回了电话"],
            bad: &["让我等了很久", "态度恶劣", "互相推诿", "一直不回复", "直接挂了电话"],
            details: &["每次都要从头解释", "没有人看过之前的记录", "还要我提供发票", "说三天内给答复"],
        },
        Topic {
            touchpoint: "app",
            subjects: &["手机应用", "付款页面", "登录", "搜索功能", "新版本"],
            good: &["操作简单", "现在打开很快", "界面很清爽", "能记住我的地址"],
            bad: &["经常闪退", "总是忘记密码", "付款时卡住", "显示的商品已经卖完", "慢得让人受不了"],
            details: &["我的手机才买一年", "按钮点了没反应", "换了两台设备都一样", "短信验证码收不到"],
        },
        Topic {
            touchpoint: "billing",
            subjects: &["发票", "退款", "价格", "优惠券", "会员费"],
            good: &["清楚明白", "两天就到账", "很公道", "比别家便宜"],
            bad: &["被扣了两次", "一直没有到账", "太贵了", "用不了", "悄悄涨价了"],
            details: &["银行记录显示两笔", "金额差了几分钱", "凭证已经发过去了", "页面上活动还没结束"],
        },
        Topic {
            touchpoint: "store",
            subjects: &["市区的门店", "店员", "试衣间", "收银台的队伍", "停车场"],
            good: &["体验很愉快", "建议很诚恳", "一尘不染", "走得很快"],
            bad: &["很脏", "找不到人帮忙", "排得太长", "还没到点就关门"],
            details: &["我们推着婴儿车", "那天是周六", "货架空了一半", "电梯坏了"],
        },
    ],
    openings: &["", "", "说实话，", "客观地讲，", "作为老顾客，", "你们好，", "追加评价："],
    closings: &["", "", "希望尽快处理。", "下次还会来。", "不推荐购买。", "谢谢！", "一定要改进。"],
    space: "",
    stop: "。",
    times: &[("等了", "天"), ("第", "次"), ("订单尾号", ""), ("已经", "周了"), ("型号K", "")],
};
