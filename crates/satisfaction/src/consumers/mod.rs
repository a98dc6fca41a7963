//! What other services tell, a file a stream.

pub mod intake;
