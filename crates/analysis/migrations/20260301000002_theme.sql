-- One execution of the theme method each; never changed after its end.
CREATE TABLE run (
    workspace_id text NOT NULL,
    run_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT run_state CHECK (state IN ('running', 'finished', 'failed')),
    cause text NOT NULL CONSTRAINT run_cause CHECK (cause IN ('asked', 'first', 'drift')),
    version text NOT NULL,
    seed bigint NOT NULL,
    progress double precision NOT NULL,
    comments bigint NOT NULL,
    themes bigint NOT NULL,
    parked bigint NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- Why it failed; empty otherwise.
    error text NOT NULL,
    -- Who executes it; NULL when nobody does yet.
    worker uuid,
    heartbeat_at timestamptz,
    -- How often it was begun.
    tries integer NOT NULL,
    CONSTRAINT run_pkey PRIMARY KEY (workspace_id, run_id)
);
CREATE UNIQUE INDEX run_one_at_a_time ON run (workspace_id) WHERE state = 'running';
ALTER TABLE run ENABLE ROW LEVEL SECURITY;
ALTER TABLE run FORCE ROW LEVEL SECURITY;
-- '*': the process looks in all workspaces for runs that nobody executes.
CREATE POLICY run_wall ON run USING (workspace_id = app_workspace() OR app_workspace() = '*');

-- What the active run has learnt; new comments are placed with it.
CREATE TABLE model (
    workspace_id text NOT NULL,
    run_id uuid NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT model_pkey PRIMARY KEY (workspace_id, run_id),
    CONSTRAINT model_run FOREIGN KEY (workspace_id, run_id) REFERENCES run (workspace_id, run_id)
);
ALTER TABLE model ENABLE ROW LEVEL SECURITY;
ALTER TABLE model FORCE ROW LEVEL SECURITY;
CREATE POLICY model_wall ON model USING (workspace_id = app_workspace());

-- The themes of the active run. Size, negative and the weeks follow every comment at levels 1 and 2; at level 3 the size is that at
-- the run, since the method places comments at the middle level only.
CREATE TABLE theme (
    workspace_id text NOT NULL,
    theme_id uuid NOT NULL,
    run_id uuid NOT NULL,
    level smallint NOT NULL CONSTRAINT theme_level CHECK (level BETWEEN 1 AND 3),
    -- As the model knows it.
    model_key bigint NOT NULL,
    parent_id uuid,
    label text NOT NULL,
    terms text[] NOT NULL,
    size bigint NOT NULL,
    negative bigint NOT NULL,
    quote_ids text[] NOT NULL,
    quote_texts text[] NOT NULL,
    CONSTRAINT theme_pkey PRIMARY KEY (workspace_id, theme_id),
    CONSTRAINT theme_run FOREIGN KEY (workspace_id, run_id) REFERENCES run (workspace_id, run_id)
);
CREATE INDEX theme_by_parent ON theme (workspace_id, parent_id);
ALTER TABLE theme ENABLE ROW LEVEL SECURITY;
ALTER TABLE theme FORCE ROW LEVEL SECURITY;
CREATE POLICY theme_wall ON theme USING (workspace_id = app_workspace());

CREATE TABLE theme_week (
    workspace_id text NOT NULL,
    theme_id uuid NOT NULL,
    -- The Monday.
    week date NOT NULL,
    comments bigint NOT NULL,
    CONSTRAINT theme_week_pkey PRIMARY KEY (workspace_id, theme_id, week)
);
ALTER TABLE theme_week ENABLE ROW LEVEL SECURITY;
ALTER TABLE theme_week FORCE ROW LEVEL SECURITY;
CREATE POLICY theme_week_wall ON theme_week USING (workspace_id = app_workspace());
