//! Lists longer than one page.

use ting_proto::{
    analysis::v1 as analysis, intake::v1 as intake, ops::v1 as ops, recovery::v1 as recovery,
    satisfaction::v1 as satisfaction,
};
use tonic::Status;

use crate::error::CliError;

/// The largest page that a service gives.
const MAX_PAGE: u32 = 500;

/// How much of a list is wanted.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Limit {
    /// Show at most this many; 0 for all
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: u32,
}

/// A page of a list, as every list of the contracts has it.
pub trait Page {
    /// Takes the items of the next page over, and its token.
    fn append(&mut self, next: Self);
    fn count(&self) -> usize;
    fn next_page_token(&self) -> &str;
}

macro_rules! pages {
    ($($response:ty: $items:ident),* $(,)?) => {$(
        impl Page for $response {
            fn append(&mut self, mut next: Self) {
                self.$items.append(&mut next.$items);
                self.next_page_token = next.next_page_token;
            }

            fn count(&self) -> usize {
                self.$items.len()
            }

            fn next_page_token(&self) -> &str {
                &self.next_page_token
            }
        }
    )*};
}

pages! {
    intake::ListCustomersResponse: customers,
    intake::ListFeedbackResponse: feedback,
    intake::ListResponsesResponse: responses,
    analysis::ListThemesResponse: themes,
    analysis::ListRunsResponse: runs,
    satisfaction::ListScoresResponse: scores,
    satisfaction::ListBandsResponse: bands,
    satisfaction::ListFloorsResponse: floors,
    satisfaction::ListAlertsResponse: alerts,
    recovery::ListCasesResponse: cases,
    recovery::ListEndpointsResponse: endpoints,
    recovery::ListNotificationsResponse: notifications,
    ops::ListDeadLettersResponse: dead_letters,
}

/// Fetches pages until the limit or the end, and makes one of them. Whoever is cut short learns so.
pub async fn collect<P, F>(limit: Limit, mut fetch: F) -> Result<P, CliError>
where
    P: Page,
    F: AsyncFnMut(i32, String) -> Result<P, Status>,
{
    let wanted = if limit.limit == 0 { u32::MAX } else { limit.limit };
    let mut all: P = fetch(page_size(wanted), String::new()).await?;
    while !all.next_page_token().is_empty() {
        let left = wanted.saturating_sub(u32::try_from(all.count()).unwrap_or(u32::MAX));
        if left == 0 {
            anstream::eprintln!("note: there are more; --limit 0 shows all");
            break;
        }
        let token = all.next_page_token().to_owned();
        all.append(fetch(page_size(left), token).await?);
    }
    Ok(all)
}

fn page_size(wanted: u32) -> i32 {
    // Never more than 500.
    i32::try_from(wanted.min(MAX_PAGE)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ting_proto::intake::v1::{Customer, ListCustomersResponse};
    use tonic::Status;

    use super::{Limit, collect};

    /// Pages over 1,200 customers, cut as the caller asks; the token is the place.
    fn page(size: i32, token: &str) -> ListCustomersResponse {
        let start: usize = token.parse().unwrap_or_default();
        let end = 1200.min(start + usize::try_from(size).unwrap());
        let customers =
            (start..end).map(|n| Customer { customer_id: n.to_string(), ..Customer::default() }).collect();
        ListCustomersResponse {
            customers,
            next_page_token: if end < 1200 { end.to_string() } else { String::new() },
        }
    }

    async fn ids(limit: u32) -> Vec<usize> {
        let fetch = async |size: i32, token: String| Ok::<_, Status>(page(size, &token));
        let all = collect(Limit { limit }, fetch).await.unwrap();
        all.customers.iter().map(|customer| customer.customer_id.parse().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_list_is_fetched_to_the_limit_or_the_end() {
        for (limit, expected) in
            [(1, 1), (50, 50), (500, 500), (501, 501), (1200, 1200), (5000, 1200), (0, 1200)]
        {
            assert_eq!(ids(limit).await, (0..expected).collect::<Vec<_>>(), "{limit}");
        }
    }
}
