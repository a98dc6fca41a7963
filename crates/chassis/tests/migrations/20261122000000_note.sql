-- A service for tests: it writes down every comment it hears of, and refuses one.
CREATE TABLE note (
    workspace_id text NOT NULL,
    aggregate_id text NOT NULL,
    sequence bigint NOT NULL,
    text text NOT NULL CONSTRAINT note_not_poison CHECK (text <> 'poison'),
    noted bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT note_pkey PRIMARY KEY (workspace_id, aggregate_id, sequence)
);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
CREATE POLICY note_wall ON note USING (workspace_id = app_workspace());
