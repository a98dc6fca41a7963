-- What is known about the comments of a workspace as a whole. Its row lock is the first that any writer of this database takes: batches
-- of one workspace follow each other, and a run that ends waits for the batch in hand and keeps the next one waiting.
CREATE TABLE overview (
    workspace_id text NOT NULL,
    -- Comments there are; the number of the last one, too.
    comments bigint NOT NULL,
    -- Of them, those that the active run's themes do not fit.
    parked bigint NOT NULL,
    -- Of those that came after read_until.
    parked_since bigint NOT NULL,
    -- The run whose themes are shown; NULL before the first.
    active_run uuid,
    active_at timestamptz,
    -- The number of the last comment that the active run has read.
    read_until bigint NOT NULL,
    last_comment_at timestamptz,
    -- When the newest run failed; NULL when it did not.
    failed_at timestamptz,
    CONSTRAINT overview_pkey PRIMARY KEY (workspace_id)
);
ALTER TABLE overview ENABLE ROW LEVEL SECURITY;
ALTER TABLE overview FORCE ROW LEVEL SECURITY;
-- '*': the process looks in all workspaces for one whose themes are due.
CREATE POLICY overview_wall ON overview USING (workspace_id = app_workspace() OR app_workspace() = '*');

CREATE TABLE comment (
    workspace_id text NOT NULL,
    feedback_id uuid NOT NULL,
    -- From 1, without gaps, in the order in which they were committed.
    number bigint NOT NULL,
    -- NULL when nobody was named.
    customer_id uuid,
    text text NOT NULL,
    kind text NOT NULL CONSTRAINT comment_kind CHECK (kind IN ('comment', 'suggestion', 'complaint', 'praise')),
    channel text NOT NULL,
    touchpoint text NOT NULL,
    language text NOT NULL CONSTRAINT comment_language CHECK (language IN ('chinese', 'english', 'other')),
    -- -1 to 1, and on which side of the neutral band it lies.
    sentiment double precision NOT NULL,
    negative boolean NOT NULL,
    sentiment_words text[] NOT NULL,
    urgency double precision NOT NULL,
    urgency_rules text[] NOT NULL,
    -- Of the middle level; NULL when it fits none or there are none yet.
    theme_id uuid,
    margin double precision NOT NULL,
    duplicate_of uuid,
    occurred_at timestamptz NOT NULL,
    -- The Monday.
    week date NOT NULL,
    CONSTRAINT comment_pkey PRIMARY KEY (workspace_id, feedback_id)
);
CREATE UNIQUE INDEX comment_number ON comment (workspace_id, number);
CREATE INDEX comment_newest ON comment (workspace_id, occurred_at, feedback_id);
CREATE INDEX comment_by_theme ON comment (workspace_id, theme_id, occurred_at, feedback_id);
CREATE INDEX comment_by_customer ON comment (workspace_id, customer_id, occurred_at, feedback_id)
    WHERE customer_id IS NOT NULL;
ALTER TABLE comment ENABLE ROW LEVEL SECURITY;
ALTER TABLE comment FORCE ROW LEVEL SECURITY;
CREATE POLICY comment_wall ON comment USING (workspace_id = app_workspace());

-- Where comments that nobody said before are found again: texts that are nearly the same share a band. Repetitions have no rows here.
CREATE TABLE duplicate_band (
    workspace_id text NOT NULL,
    band bigint NOT NULL,
    feedback_id uuid NOT NULL,
    CONSTRAINT duplicate_band_pkey PRIMARY KEY (workspace_id, band, feedback_id)
);
ALTER TABLE duplicate_band ENABLE ROW LEVEL SECURITY;
ALTER TABLE duplicate_band FORCE ROW LEVEL SECURITY;
CREATE POLICY duplicate_band_wall ON duplicate_band USING (workspace_id = app_workspace());
