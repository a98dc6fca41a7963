use ting_proto::analysis::v1::RunState;
use ting_testkit::eventually_within;

use crate::{
    voice::{Said, Voice, sample},
    workplace::{PATIENCE, Workplace, assert_consistent},
};

/// Other words than the sample has, in as many ways as asked for.
fn reviews(count: u128) -> Vec<Said> {
    let goods = [
        "这件羽绒服",
        "这双跑鞋",
        "这台笔记本",
        "这款手机壳",
        "这个背包",
        "那本小说",
        "这套茶具",
        "这盏台灯",
    ];
    let points = [
        "做工很粗糙",
        "颜色跟图片不一样",
        "散热不行，风扇很吵",
        "屏幕有划痕",
        "拉链坏了",
        "印刷模糊，有错页",
        "杯口有缺口",
        "灯光闪得眼睛疼",
    ];
    let ends = [
        "，不推荐购买",
        "，已经申请退货",
        "，凑合能用",
        "，客服说换新",
        "，给两星",
        "，价格倒是便宜",
        "，送人都不好意思",
    ];
    let review = |number: u128| {
        let of = |step: u128, length: usize| usize::try_from(number / step).unwrap() % length;
        let text = format!("{}{}{}，第{number}次下单", goods[of(1, 8)], points[of(8, 8)], ends[of(64, 7)]);
        Said::new(100_000 + number, &text)
    };
    (0..count).map(review).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_after_a_small_first_run_leads_to_a_run_that_has_read_it_all() {
    let place = Workplace::open("[service]\nquiet_ms = 500\npoll_ms = 20\nheartbeat_ms = 50\n").await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let said = sample();
    voice.say(&said).await;
    assert_eq!(place.ended(1).await.cause, "first");
    let small = place.themes(2).await;

    voice.say(&reviews(2000)).await;
    let all = i64::try_from(said.len()).unwrap() + 2000;
    let last = eventually_within(PATIENCE, async || {
        let newest = place.runs().await.swap_remove(0);
        if newest.state() == RunState::Finished && newest.comments == all { Ok(newest) } else { Err(newest) }
    })
    .await;
    assert_eq!(last.cause, "drift");
    let themes = place.themes(2).await;
    assert!(themes.themes.len() > small.themes.len() && !themes.run_advised);
    assert!(themes.parked * 5 < themes.comments, "{} of {} parked", themes.parked, themes.comments);
    assert!(
        themes.themes.iter().any(|theme| small.themes.iter().any(|old| old.theme_id == theme.theme_id)),
        "ids survive"
    );
    assert_consistent(&themes, &place.all_comments().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_with_more_comments_than_a_run_reads_has_all_of_them_placed() {
    let overrides =
        "[service]\nfirst_run_comments = 1000000\nmax_run_comments = 400\npoll_ms = 20\nheartbeat_ms = 50\n";
    let place = Workplace::open(overrides).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let mut said = sample();
    said.extend(reviews(800));
    voice.say(&said).await;
    let all = i64::try_from(said.len()).unwrap();
    place.classified(all).await;
    let run = place.run(1).await;
    assert!((300..=500).contains(&run.comments), "{}", run.comments);
    let themes = place.themes(2).await;
    assert_consistent(&themes, &place.all_comments().await);
    assert!(themes.parked * 3 < all, "{} of {all} parked", themes.parked);
    assert_eq!(place.rebuild().await.changed, 0);
}
