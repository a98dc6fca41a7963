use ting_chassis::auth::Role;
use ting_proto::{
    satisfaction::v1::{CustomerBand, ListBandsRequest},
    types::v1::{Band, Metric},
};

use crate::world::{ACME, World, by, customer, noon, on, response};

async fn list(world: &World, band: Band, page_size: i32) -> Vec<CustomerBand> {
    let mut request = ListBandsRequest { band: band.into(), page_size, ..ListBandsRequest::default() };
    let mut bands = Vec::new();
    loop {
        let page = world.admin().list_bands(request.clone()).await.unwrap().into_inner();
        bands.extend(page.bands);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return bands;
        }
    }
}

#[tokio::test]
async fn customers_are_listed_lowest_ratio_first_page_by_page_and_by_band() {
    let world = World::start().await;
    let values = [(1, 10), (2, 8), (3, 0), (4, 9), (5, 4), (6, 8)];
    let items = values.map(|(number, value)| by(number, response(Metric::Nps, value)));
    world.tell(ACME, items.to_vec()).await;
    world.counted(ACME, Metric::Nps, 6).await;
    let order = |bands: Vec<CustomerBand>| bands.into_iter().map(|band| band.customer_id).collect::<Vec<_>>();
    let numbers =
        |numbers: &[u128]| numbers.iter().map(|number| customer(*number).to_string()).collect::<Vec<_>>();
    assert_eq!(order(list(&world, Band::Unspecified, 2).await), numbers(&[3, 5, 2, 6, 4, 1]));
    assert_eq!(order(list(&world, Band::Delighted, 1).await), numbers(&[4, 1]));
    assert_eq!(order(list(&world, Band::Satisfied, 0).await), numbers(&[2, 6]));
    let dissatisfied = list(&world, Band::Dissatisfied, 0).await;
    assert_eq!((dissatisfied[1].ratio, dissatisfied[1].perceived, dissatisfied[1].expected), (0.5, 24, 48));
    assert_eq!(dissatisfied[1].answered_at, Some(noon(0).into()));
    let theirs = world.client("other", Role::Viewer).list_bands(ListBandsRequest::default()).await.unwrap();
    assert!(theirs.into_inner().bands.is_empty());
}

#[tokio::test]
async fn a_band_is_told_when_it_changes_and_only_then() {
    let world = World::start().await;
    let answers = [
        on(0, response(Metric::Nps, 8)),
        // Another number, the same band.
        on(1, response(Metric::Csat, 4)),
        on(2, response(Metric::Nps, 0)),
        // Older than what is known: changes nothing.
        on(1, response(Metric::Nps, 10)),
    ];
    for (answer, n) in answers.into_iter().zip([1, 1, 2, 3]) {
        let metric = answer.metric();
        world.tell(ACME, vec![by(1, answer)]).await;
        world.counted(ACME, metric, n).await;
    }
    let told = world.told(ACME, "band_changed").await;
    let items: Vec<_> = told.iter().flat_map(|data| data["items"].as_array().unwrap()).collect();
    let told: Vec<_> = items.iter().map(|item| (item["from"].as_str(), item["to"].as_str())).collect();
    let (satisfied, dissatisfied) = (Some("BAND_SATISFIED"), Some("BAND_DISSATISFIED"));
    assert_eq!(told, [(None, satisfied), (satisfied, dissatisfied)]);
    assert_eq!(items[1]["aggregateId"].as_str(), Some(customer(1).to_string().as_str()));
    // 45 of 48 + 45: the latest answer to each question counts.
    assert_eq!(items[1]["ratio"].as_f64(), Some(45.0 / 93.0));
    let bands = list(&world, Band::Unspecified, 0).await;
    assert_eq!((bands.len(), bands[0].perceived, bands[0].expected), (1, 45, 93));
    assert_eq!(bands[0].answered_at, Some(noon(2).into()));
}

#[tokio::test]
async fn what_is_expected_comes_from_the_settings() {
    let world = World::with("[service]\nexpected_nps = 10\ntolerance_permille = 200").await;
    let items = vec![by(1, response(Metric::Nps, 8)), by(2, response(Metric::Nps, 7))];
    world.tell(ACME, items).await;
    world.counted(ACME, Metric::Nps, 2).await;
    let bands: Vec<_> = list(&world, Band::Unspecified, 0).await.iter().map(CustomerBand::band).collect();
    assert_eq!(bands, [Band::Dissatisfied, Band::Satisfied]);
}
