-- What customers say and answer. No foreign key to customer: it would lock a customer's row for every voice, and the writer has
-- found or made that row in the same transaction.

CREATE TABLE feedback (
    workspace_id text NOT NULL,
    feedback_id uuid NOT NULL,
    -- The sender's own id; the feedback id where the sender gave none.
    external_id text NOT NULL,
    -- NULL when nobody was named.
    customer_id uuid,
    kind text NOT NULL CONSTRAINT feedback_kind CHECK (kind IN ('comment', 'suggestion', 'complaint', 'praise')),
    text text NOT NULL,
    channel text NOT NULL,
    source text NOT NULL CONSTRAINT feedback_source CHECK (source IN ('internal', 'external')),
    touchpoint text NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    -- Also the order of the list: ids are UUIDv7.
    CONSTRAINT feedback_pkey PRIMARY KEY (workspace_id, feedback_id),
    CONSTRAINT feedback_external_id_key UNIQUE (workspace_id, external_id)
);
CREATE INDEX feedback_by_customer ON feedback (workspace_id, customer_id, feedback_id) WHERE customer_id IS NOT NULL;
ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY feedback_wall ON feedback USING (workspace_id = app_workspace());

CREATE TABLE response (
    workspace_id text NOT NULL,
    response_id uuid NOT NULL,
    external_id text NOT NULL,
    -- NULL when nobody was named.
    customer_id uuid,
    metric text NOT NULL CONSTRAINT response_metric CHECK (metric IN ('nps', 'csat', 'ces')),
    value integer NOT NULL,
    channel text NOT NULL,
    touchpoint text NOT NULL,
    answered_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT response_pkey PRIMARY KEY (workspace_id, response_id),
    CONSTRAINT response_external_id_key UNIQUE (workspace_id, external_id),
    CONSTRAINT response_scale CHECK (
        CASE metric WHEN 'nps' THEN value BETWEEN 0 AND 10 WHEN 'csat' THEN value BETWEEN 1 AND 5 ELSE value BETWEEN 1 AND 7 END
    )
);
CREATE INDEX response_by_customer ON response (workspace_id, customer_id, response_id) WHERE customer_id IS NOT NULL;
ALTER TABLE response ENABLE ROW LEVEL SECURITY;
ALTER TABLE response FORCE ROW LEVEL SECURITY;
CREATE POLICY response_wall ON response USING (workspace_id = app_workspace());
