use ting_chassis::probe::Trouble;

/// What to do about a trouble of a dependency of `service`.
pub(super) fn todo(dependency: &str, service: &str, trouble: Trouble) -> String {
    let upper = service.to_uppercase();
    if dependency.starts_with("postgres") {
        return of_postgres(service, &upper, trouble);
    }
    if dependency.starts_with("nats") {
        return of_nats(service, &upper, trouble);
    }
    match dependency {
        "disk" => "make room on the disk of Postgres (docker system df, or df on its server); the service takes up its work by \
                   itself as soon as there is some"
            .to_owned(),
        "schema" => format!(
            "start {service} again: it brings its tables up to date when it starts; tables that are newer are of a newer {service}: \
             run that one everywhere"
        ),
        "public key" => "put public.pem back where auth.public_key_file says (TING_KEYS in .env); without it the service will not \
                         start again"
            .to_owned(),
        _ => of_stream(dependency, service, trouble),
    }
}

fn of_postgres(service: &str, upper: &str, trouble: Trouble) -> String {
    match trouble {
        Trouble::Login => format!(
            "make the password of the service and that of its role the same: {upper}_DATABASE_PASSWORD in .env, or ALTER ROLE {service} \
             PASSWORD '...' in Postgres; then start {service} again. Connections of before may still work: they do not outlive a restart"
        ),
        Trouble::Certificate => {
            "renew the certificate of Postgres and have it read again (SELECT pg_reload_conf()); sslmode and sslrootcert in \
             database.url say what the service wants of it"
                .to_owned()
        }
        Trouble::Busy => "raise max_connections of Postgres, or lower database.max_connections of the services".to_owned(),
        Trouble::Missing => format!("make the database with deploy/postgres/stores.sql, or name the right one in {upper}_POSTGRES"),
        Trouble::Full => "make room on the disk of Postgres".to_owned(),
        _ => format!(
            "see whether Postgres runs (docker compose ps postgres) and is where {upper}_POSTGRES says; nothing else is to be done, the \
             service comes back by itself"
        ),
    }
}

fn of_nats(service: &str, upper: &str, trouble: Trouble) -> String {
    match trouble {
        Trouble::Login => format!(
            "make the password of the service and that in NATS the same: {upper}_NATS_PASSWORD in .env, then docker compose up --detach \
             nats {service}"
        ),
        Trouble::Certificate => {
            "renew the certificate of NATS and have it read again (nats-server --signal reload)".to_owned()
        }
        _ => "see whether NATS runs (docker compose ps nats) and is where NATS_SERVER says; events wait in the outboxes meanwhile, and \
              nothing else is to be done"
            .to_owned(),
    }
}

fn of_stream(stream: &str, service: &str, trouble: Trouble) -> String {
    match trouble {
        Trouble::Full | Trouble::NearlyFull => format!(
            "raise nats.stream_max_bytes of {service} (and max_file_store in deploy/nats/nats.conf, and the disk of NATS, if they are \
             the limit); events wait in the outbox and none is lost"
        ),
        Trouble::Missing => {
            format!(
                "start the service that owns {stream}: it makes its stream again and publishes what is lost"
            )
        }
        Trouble::Login => "run with the users of deploy/nats/users.conf as it is in this version".to_owned(),
        _ => format!("see the log of NATS, and of {service}"),
    }
}
