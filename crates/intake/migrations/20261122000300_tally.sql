-- How much a workspace has of what is too much to count at every look. Changed in the transaction that adds the rows, as its last
-- statement: the row is locked for no longer than a commit takes.
CREATE TABLE tally (
    workspace_id text NOT NULL,
    counted text NOT NULL CONSTRAINT tally_counted CHECK (counted IN ('feedback', 'response')),
    rows bigint NOT NULL,
    CONSTRAINT tally_pkey PRIMARY KEY (workspace_id, counted)
);
ALTER TABLE tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE tally FORCE ROW LEVEL SECURITY;
CREATE POLICY tally_wall ON tally USING (workspace_id = app_workspace());
