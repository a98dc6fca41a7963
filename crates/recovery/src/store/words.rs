//! Reads the words of text columns as the enumerations they stand for.

use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

use crate::domain::{
    case::CaseState,
    delivery::NotificationState,
    endpoint::EndpointKind,
    message::NotificationKind,
    rule::{Cause, Severity},
};

macro_rules! stored_as_words {
    ($($name:ident),*) => {$(
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <str as Type<Postgres>>::type_info()
            }

            fn compatible(ty: &PgTypeInfo) -> bool {
                <str as Type<Postgres>>::compatible(ty)
            }
        }

        impl<'r> Decode<'r, Postgres> for $name {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                let word = <&str as Decode<Postgres>>::decode(value)?;
                $name::parse(word).ok_or_else(|| format!("{word:?} is not a {}", stringify!($name)).into())
            }
        }
    )*};
}

stored_as_words!(CaseState, Cause, EndpointKind, NotificationKind, NotificationState, Severity);
