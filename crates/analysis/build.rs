//! Makes a new migration rebuild the crate, which carries them.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
