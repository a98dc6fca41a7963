//! Generates messages, clients, servers, proto3 JSON and the table of roles from `proto/`.

use std::{env, fmt::Write as _, fs, path::PathBuf};

use prost_reflect::{DescriptorPool, MethodDescriptor, Value};

const ROOT: &str = "../../proto";

fn main() -> anyhow::Result<()> {
    println!("cargo:rerun-if-changed={ROOT}");
    let out = out_dir()?;
    let mut files = Vec::new();
    for package in fs::read_dir(format!("{ROOT}/ting"))? {
        for file in fs::read_dir(package?.path().join("v1"))? {
            files.push(file?.path());
        }
    }
    files.sort();
    let mut compiler = protox::Compiler::new([ROOT])?;
    compiler.include_source_info(true).include_imports(true).open_files(&files)?;
    let pool = compiler.descriptor_pool();
    let bytes = pool.encode_to_vec();
    fs::write(out.join("descriptor.bin"), &bytes)?;
    fs::write(out.join("roles.rs"), roles(&pool)?)?;

    // A reader of today meets fields and values of tomorrow and passes over them.
    pbjson_build::Builder::new()
        .register_descriptors(&bytes)?
        .ignore_unknown_fields()
        .ignore_unknown_enum_variants()
        .build(&[".ting"])?;
    tonic_prost_build::configure()
        .codec_path("crate::codec::Codec")
        .compile_well_known_types(true)
        .extern_path(".google.protobuf", "::pbjson_types")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts where to write in the environment")]
fn out_dir() -> anyhow::Result<PathBuf> {
    Ok(PathBuf::from(env::var("OUT_DIR")?))
}

/// Writes `ROLES`: every RPC path with the roles that its `allow` option names; an RPC without one is an error.
fn roles(pool: &DescriptorPool) -> anyhow::Result<String> {
    let mut table = String::from("pub static ROLES: &[(&str, &[Role])] = &[\n");
    for service in pool.services().filter(|service| service.full_name().starts_with("ting.")) {
        for method in service.methods() {
            let names = allowed(pool, &method)?;
            anyhow::ensure!(
                !names.is_empty(),
                "{} names no role: set option (ting.access.v1.allow)",
                method.full_name()
            );
            writeln!(
                table,
                "    (\"/{}/{}\", &[{}]),",
                service.full_name(),
                method.name(),
                names.join(", ")
            )?;
        }
    }
    Ok(table + "];\n")
}

fn allowed(pool: &DescriptorPool, method: &MethodDescriptor) -> anyhow::Result<Vec<String>> {
    let allow = pool.get_extension_by_name("ting.access.v1.allow").expect("access.proto declares it");
    let role = pool.get_enum_by_name("ting.access.v1.Role").expect("access.proto declares it");
    let options = method.options();
    let Value::List(values) = options.get_extension(&allow).into_owned() else {
        anyhow::bail!("ting.access.v1.allow is not a list");
    };
    let mut names = Vec::new();
    for number in values.iter().filter_map(Value::as_enum_number) {
        let value = role
            .get_value(number)
            .ok_or_else(|| anyhow::anyhow!("{} names an unknown role", method.full_name()))?;
        let name = value.name().trim_start_matches("ROLE_").to_lowercase();
        names.push(format!("Role::{}{}", name[..1].to_uppercase(), &name[1..]));
    }
    Ok(names)
}
