-- What every service needs besides its own tables. Applied before the service's migrations, under the same lock.

-- The workspace of the running transaction; NULL outside of one, so that nothing is visible then. '*' is every workspace: only the
-- tables whose policy says so honour it, for the relay, the auditor and other work that no caller asked for.
CREATE FUNCTION app_workspace() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.workspace_id', true), '');

-- Events stored with the change they tell of. Kept for seven days after publishing, so that a stream can be refilled.
CREATE TABLE outbox (
    workspace_id text NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL,
    subject text NOT NULL,
    payload bytea NOT NULL,
    created_at timestamptz NOT NULL,
    published_at timestamptz,
    -- Where the stream keeps it; NULL until published.
    stream_sequence bigint,
    CONSTRAINT outbox_pkey PRIMARY KEY (workspace_id, event_id)
);
CREATE INDEX outbox_unpublished ON outbox (position) WHERE published_at IS NULL;
CREATE INDEX outbox_by_stream_sequence ON outbox (stream_sequence) WHERE stream_sequence IS NOT NULL;
CREATE INDEX outbox_by_age ON outbox (published_at) WHERE published_at IS NOT NULL;
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_wall ON outbox USING (workspace_id = app_workspace() OR app_workspace() = '*');

-- The last sequence given to an event of an aggregate. Its row lock also makes the events of one aggregate commit in order.
CREATE TABLE aggregate (
    workspace_id text NOT NULL,
    aggregate_id text NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT aggregate_pkey PRIMARY KEY (workspace_id, aggregate_id)
);
ALTER TABLE aggregate ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregate FORCE ROW LEVEL SECURITY;
CREATE POLICY aggregate_wall ON aggregate USING (workspace_id = app_workspace());

-- Events taken from a stream. A second delivery finds its row here and does nothing.
CREATE TABLE inbox (
    workspace_id text NOT NULL,
    stream text NOT NULL,
    event_id uuid NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (workspace_id, stream, event_id)
);
CREATE INDEX inbox_by_age ON inbox (taken_at);
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_wall ON inbox USING (workspace_id = app_workspace() OR app_workspace() = '*');

-- The last sequence of each aggregate that took effect here, by the stream it came from.
CREATE TABLE applied (
    workspace_id text NOT NULL,
    stream text NOT NULL,
    aggregate_id text NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT applied_pkey PRIMARY KEY (workspace_id, stream, aggregate_id)
);
ALTER TABLE applied ENABLE ROW LEVEL SECURITY;
ALTER TABLE applied FORCE ROW LEVEL SECURITY;
CREATE POLICY applied_wall ON applied USING (workspace_id = app_workspace());

-- Facts that could not be applied, and the later ones of the same aggregate, which must not overtake them.
CREATE TABLE dead_letter (
    workspace_id text NOT NULL,
    dead_letter_id uuid NOT NULL,
    stream text NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    aggregate_id text NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    -- Text, not jsonb: bytes that are no JSON at all are kept as well.
    payload text NOT NULL,
    cause text NOT NULL,
    state text NOT NULL CONSTRAINT dead_letter_state CHECK (state IN ('parked', 'replayed', 'dropped')),
    parked_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT dead_letter_pkey PRIMARY KEY (workspace_id, dead_letter_id),
    -- A fact whose event is delivered again is parked once.
    CONSTRAINT dead_letter_fact_key UNIQUE (workspace_id, stream, event_id, aggregate_id, sequence)
);
CREATE INDEX dead_letter_parked ON dead_letter (workspace_id, stream, aggregate_id, sequence) WHERE state = 'parked';
ALTER TABLE dead_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE dead_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY dead_letter_wall ON dead_letter USING (workspace_id = app_workspace() OR app_workspace() = '*');

-- Answers already given, by the caller's request id; a row older than 24 hours counts as absent.
CREATE TABLE idempotency (
    workspace_id text NOT NULL,
    method text NOT NULL,
    request_id text NOT NULL,
    body_hash bytea NOT NULL,
    -- NULL only inside the transaction that gives the answer.
    response bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (workspace_id, method, request_id)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_wall ON idempotency USING (workspace_id = app_workspace() OR app_workspace() = '*');

-- What the stream looked like when the auditor last found it whole; of the service, not of a workspace.
CREATE TABLE stream_state (
    stream text NOT NULL CONSTRAINT stream_state_pkey PRIMARY KEY,
    created_at timestamptz NOT NULL,
    last_sequence bigint NOT NULL
);
