-- Customers, with their identities apart: erasing somebody empties one table, and no event carries what is in it.

CREATE TABLE customer (
    workspace_id text NOT NULL,
    customer_id uuid NOT NULL,
    -- The company's own id.
    external_id text NOT NULL,
    attributes jsonb NOT NULL,
    -- The etag: 1 when registered, one more with every change of attributes or identity.
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT customer_pkey PRIMARY KEY (workspace_id, customer_id),
    CONSTRAINT customer_external_id_key UNIQUE (workspace_id, external_id)
);
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer FORCE ROW LEVEL SECURITY;
CREATE POLICY customer_wall ON customer USING (workspace_id = app_workspace());

-- The one place with names, addresses and phone numbers; empty where unknown.
CREATE TABLE customer_identity (
    workspace_id text NOT NULL,
    customer_id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    CONSTRAINT customer_identity_pkey PRIMARY KEY (workspace_id, customer_id),
    CONSTRAINT customer_identity_customer_fkey FOREIGN KEY (workspace_id, customer_id)
        REFERENCES customer (workspace_id, customer_id) ON DELETE CASCADE
);
ALTER TABLE customer_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer_identity FORCE ROW LEVEL SECURITY;
CREATE POLICY customer_identity_wall ON customer_identity USING (workspace_id = app_workspace());
