use clap::Args;
use ting_proto::{
    satisfaction::v1::{CustomerBand, ListBandsRequest, ListBandsResponse},
    types::v1::Band,
};

use crate::{
    connect::Session,
    error::CliError,
    output::{Cell, Column, Table, Word as _, time},
    pages::{self, Limit},
    values::{BandValue, number},
};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting bands                         all who answered, the most disappointed first
  ting bands --band dissatisfied     only those who got less than they expected")]
pub struct Bands {
    /// Only this band
    #[arg(long, value_enum)]
    band: Option<BandValue>,
    #[command(flatten)]
    limit: Limit,
}

pub async fn run(session: &Session, command: Bands) -> Result<(), CliError> {
    let mut client = session.satisfaction().await?;
    let band = number::<Band, _>(command.band);
    let answer: ListBandsResponse = pages::collect(command.limit, async |page_size, page_token| {
        Ok(client.list_bands(ListBandsRequest { band, page_size, page_token }).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || vec![table(&answer.bands)])
}

fn table(bands: &[CustomerBand]) -> Table {
    let columns = [
        Column::left("customer"),
        Column::left("band"),
        Column::right("ratio"),
        Column::right("perceived"),
        Column::right("expected"),
        Column::left("answered"),
    ];
    let mut table = Table::list(&columns, "No customers here.");
    for band in bands {
        let word = band.band().word();
        table.row(vec![
            band.customer_id.as_str().into(),
            match band.band() {
                Band::Dissatisfied => Cell::bad(word),
                Band::Delighted => Cell::good(word),
                Band::Satisfied | Band::Unspecified => word.into(),
            },
            format!("{:.2}", band.ratio).into(),
            band.perceived.into(),
            band.expected.into(),
            time(band.answered_at).into(),
        ]);
    }
    table
}
