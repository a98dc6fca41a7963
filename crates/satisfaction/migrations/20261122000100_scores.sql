-- Answers to questions, and what is computed from them.

-- The facts. Everything below can be computed again from these rows.
CREATE TABLE answer (
    workspace_id text NOT NULL,
    response_id uuid NOT NULL,
    -- NULL when nobody was named.
    customer_id uuid,
    metric text NOT NULL CONSTRAINT answer_metric CHECK (metric IN ('nps', 'csat', 'ces')),
    value smallint NOT NULL,
    channel text NOT NULL,
    touchpoint text NOT NULL,
    answered_at timestamptz NOT NULL,
    day date NOT NULL GENERATED ALWAYS AS ((answered_at AT TIME ZONE 'UTC')::date) STORED,
    CONSTRAINT answer_pkey PRIMARY KEY (workspace_id, response_id),
    CONSTRAINT answer_scale CHECK (
        CASE metric
            WHEN 'nps' THEN value BETWEEN 0 AND 10
            WHEN 'csat' THEN value BETWEEN 1 AND 5
            ELSE value BETWEEN 1 AND 7
        END
    )
);
ALTER TABLE answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE answer FORCE ROW LEVEL SECURITY;
CREATE POLICY answer_wall ON answer USING (workspace_id = app_workspace());

-- How many answers had a value, by day, for every key that a score can be asked for. All scores come from these counts.
CREATE TABLE score_cell (
    workspace_id text NOT NULL,
    metric text NOT NULL,
    dimension text NOT NULL CONSTRAINT score_cell_dimension
        CHECK (dimension IN ('workspace', 'customer', 'touchpoint', 'channel')),
    -- Bytewise, so that lists come in the same order on every server. Empty for the workspace itself.
    key text COLLATE "C" NOT NULL,
    day date NOT NULL,
    value smallint NOT NULL,
    n bigint NOT NULL CONSTRAINT score_cell_n CHECK (n > 0),
    CONSTRAINT score_cell_pkey PRIMARY KEY (workspace_id, metric, dimension, key, day, value),
    CONSTRAINT score_cell_scale CHECK (
        CASE metric
            WHEN 'nps' THEN value BETWEEN 0 AND 10
            WHEN 'csat' THEN value BETWEEN 1 AND 5
            WHEN 'ces' THEN value BETWEEN 1 AND 7
            ELSE false
        END
    )
);
ALTER TABLE score_cell ENABLE ROW LEVEL SECURITY;
ALTER TABLE score_cell FORCE ROW LEVEL SECURITY;
CREATE POLICY score_cell_wall ON score_cell USING (workspace_id = app_workspace());

-- The latest answer of each customer to each question: the greatest (answered_at, response_id), in whatever order they arrived.
CREATE TABLE customer_latest (
    workspace_id text NOT NULL,
    customer_id uuid NOT NULL,
    metric text NOT NULL,
    value smallint NOT NULL,
    answered_at timestamptz NOT NULL,
    response_id uuid NOT NULL,
    CONSTRAINT customer_latest_pkey PRIMARY KEY (workspace_id, customer_id, metric)
);
ALTER TABLE customer_latest ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer_latest FORCE ROW LEVEL SECURITY;
CREATE POLICY customer_latest_wall ON customer_latest USING (workspace_id = app_workspace());

-- Where each customer stands: perceived against expected over the latest answers, each on 0 to 60.
CREATE TABLE customer_band (
    workspace_id text NOT NULL,
    customer_id uuid NOT NULL,
    perceived bigint NOT NULL CONSTRAINT customer_band_perceived CHECK (perceived >= 0),
    expected bigint NOT NULL CONSTRAINT customer_band_expected CHECK (expected > 0),
    band text NOT NULL CONSTRAINT customer_band_band CHECK (band IN ('dissatisfied', 'satisfied', 'delighted')),
    answered_at timestamptz NOT NULL,
    -- Orders by ratio. Exact: sums are at most 180, so two different ratios differ by far more than a billionth.
    ratio_billionths bigint NOT NULL GENERATED ALWAYS AS (perceived * 1000000000 / expected) STORED,
    CONSTRAINT customer_band_pkey PRIMARY KEY (workspace_id, customer_id)
);
CREATE INDEX customer_band_by_ratio ON customer_band (workspace_id, ratio_billionths, customer_id);
CREATE INDEX customer_band_by_band ON customer_band (workspace_id, band, ratio_billionths, customer_id);
ALTER TABLE customer_band ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer_band FORCE ROW LEVEL SECURITY;
CREATE POLICY customer_band_wall ON customer_band USING (workspace_id = app_workspace());

-- Lower bounds of scores, one for each score.
CREATE TABLE floor (
    workspace_id text NOT NULL,
    floor_id uuid NOT NULL,
    metric text NOT NULL CONSTRAINT floor_metric CHECK (metric IN ('nps', 'csat', 'ces')),
    dimension text NOT NULL CONSTRAINT floor_dimension
        CHECK (dimension IN ('workspace', 'customer', 'touchpoint', 'channel')),
    key text COLLATE "C" NOT NULL,
    minimum double precision NOT NULL,
    window_days integer NOT NULL CONSTRAINT floor_window_days CHECK (window_days BETWEEN 1 AND 400),
    minimum_n bigint NOT NULL CONSTRAINT floor_minimum_n CHECK (minimum_n >= 1),
    CONSTRAINT floor_pkey PRIMARY KEY (workspace_id, floor_id),
    CONSTRAINT floor_score_key UNIQUE (workspace_id, metric, dimension, key)
);
ALTER TABLE floor ENABLE ROW LEVEL SECURITY;
ALTER TABLE floor FORCE ROW LEVEL SECURITY;
CREATE POLICY floor_wall ON floor USING (workspace_id = app_workspace());

-- Falls below a floor, each with the score when it was raised.
CREATE TABLE alert (
    workspace_id text NOT NULL,
    alert_id uuid NOT NULL,
    floor_id uuid NOT NULL,
    minimum double precision NOT NULL,
    value double precision NOT NULL,
    n bigint NOT NULL,
    raised_at timestamptz NOT NULL,
    -- NULL while it stands.
    cleared_at timestamptz,
    CONSTRAINT alert_pkey PRIMARY KEY (workspace_id, alert_id),
    CONSTRAINT alert_floor_fkey FOREIGN KEY (workspace_id, floor_id) REFERENCES floor (workspace_id, floor_id)
);
CREATE UNIQUE INDEX alert_one_open ON alert (workspace_id, floor_id) WHERE cleared_at IS NULL;
ALTER TABLE alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert FORCE ROW LEVEL SECURITY;
CREATE POLICY alert_wall ON alert USING (workspace_id = app_workspace());
