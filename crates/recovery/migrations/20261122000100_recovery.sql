-- Cases with their history, and notifications with their attempts.

CREATE TABLE recovery_case (
    workspace_id text NOT NULL,
    case_id uuid NOT NULL,
    -- Whom it is about: the customer; the feedback when nobody was named.
    about_id uuid NOT NULL,
    customer_id uuid,
    cause text NOT NULL CONSTRAINT recovery_case_cause CHECK (cause IN ('complaint', 'urgent_comment', 'dissatisfied')),
    severity text NOT NULL CONSTRAINT recovery_case_severity CHECK (severity IN ('low', 'medium', 'high')),
    state text NOT NULL CONSTRAINT recovery_case_state CHECK (state IN ('open', 'acknowledged', 'resolved', 'closed')),
    assignee text NOT NULL,
    resolution text NOT NULL,
    -- What opened it; NULL when a score did.
    feedback_id uuid,
    occurrences bigint NOT NULL CONSTRAINT recovery_case_occurrences CHECK (occurrences > 0),
    -- Changes with every update; also the number of the last entry of the history.
    version bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    CONSTRAINT recovery_case_pkey PRIMARY KEY (workspace_id, case_id)
);
-- What makes a repetition an occurrence of the case that is there instead of a second case.
CREATE UNIQUE INDEX recovery_case_one_open ON recovery_case (workspace_id, about_id, cause) WHERE state <> 'closed';
CREATE INDEX recovery_case_by_state ON recovery_case (workspace_id, state, case_id);
CREATE INDEX recovery_case_by_customer ON recovery_case (workspace_id, customer_id, case_id) WHERE customer_id IS NOT NULL;
ALTER TABLE recovery_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_case FORCE ROW LEVEL SECURITY;
CREATE POLICY recovery_case_wall ON recovery_case USING (workspace_id = app_workspace());

-- The history of a case. There is no policy for UPDATE or DELETE: what is written stays.
CREATE TABLE case_entry (
    workspace_id text NOT NULL,
    case_id uuid NOT NULL,
    -- The version of the case that this entry made.
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    -- NULL for the entry that opened the case.
    from_state text CONSTRAINT case_entry_from CHECK (from_state IN ('open', 'acknowledged', 'resolved', 'closed')),
    to_state text NOT NULL CONSTRAINT case_entry_to CHECK (to_state IN ('open', 'acknowledged', 'resolved', 'closed')),
    note text NOT NULL,
    CONSTRAINT case_entry_pkey PRIMARY KEY (workspace_id, case_id, number),
    CONSTRAINT case_entry_case FOREIGN KEY (workspace_id, case_id) REFERENCES recovery_case (workspace_id, case_id)
);
ALTER TABLE case_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY case_entry_wall ON case_entry FOR SELECT USING (workspace_id = app_workspace());
CREATE POLICY case_entry_append ON case_entry FOR INSERT WITH CHECK (workspace_id = app_workspace());

-- Where notifications go. A deleted one stays as a name for the notifications it had; its secret goes.
CREATE TABLE endpoint (
    workspace_id text NOT NULL,
    endpoint_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT endpoint_kind CHECK (kind IN ('webhook', 'email')),
    target text NOT NULL,
    -- Signs webhooks; NULL for e-mail. Stored as it is: whoever reads this table can sign, until encryption at rest is there.
    secret text,
    enabled boolean NOT NULL,
    -- The first failure after the last success.
    failing_since timestamptz,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT endpoint_pkey PRIMARY KEY (workspace_id, endpoint_id)
);
ALTER TABLE endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE endpoint FORCE ROW LEVEL SECURITY;
-- '*' is the sender's, which looks for due notifications endpoint by endpoint, whatever the workspace.
CREATE POLICY endpoint_wall ON endpoint USING (workspace_id = app_workspace() OR app_workspace() = '*');

CREATE TABLE notification (
    workspace_id text NOT NULL,
    notification_id uuid NOT NULL,
    case_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT notification_kind CHECK (kind IN ('case_opened', 'case_resolved')),
    -- The JSON that is sent, fixed when the notification is made: every attempt sends the same bytes.
    body text NOT NULL,
    state text NOT NULL CONSTRAINT notification_state CHECK (state IN ('pending', 'delivered', 'failed')),
    created_at timestamptz NOT NULL,
    next_attempt_at timestamptz,
    -- Counted when an attempt begins, so that one whose sender dies counts too.
    attempts integer NOT NULL,
    -- Until when one sender has it to itself; also proves to that sender that it still has it.
    claimed_until timestamptz,
    CONSTRAINT notification_pkey PRIMARY KEY (workspace_id, notification_id),
    CONSTRAINT notification_once UNIQUE (workspace_id, case_id, kind, endpoint_id),
    CONSTRAINT notification_case FOREIGN KEY (workspace_id, case_id) REFERENCES recovery_case (workspace_id, case_id),
    CONSTRAINT notification_endpoint FOREIGN KEY (workspace_id, endpoint_id) REFERENCES endpoint (workspace_id, endpoint_id),
    CONSTRAINT notification_settled CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX notification_due ON notification (workspace_id, endpoint_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX notification_claimed ON notification (workspace_id, endpoint_id, claimed_until) WHERE claimed_until IS NOT NULL;
CREATE INDEX notification_by_state ON notification (workspace_id, state, notification_id);
ALTER TABLE notification ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification FORCE ROW LEVEL SECURITY;
-- '*' is the sender's, which takes due notifications of all workspaces.
CREATE POLICY notification_wall ON notification USING (workspace_id = app_workspace() OR app_workspace() = '*');

-- One try to deliver. There is no policy for UPDATE or DELETE: what is written stays.
CREATE TABLE attempt (
    workspace_id text NOT NULL,
    notification_id uuid NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    succeeded boolean NOT NULL,
    -- HTTP status or SMTP reply code; 0 when none came.
    code integer NOT NULL,
    reason text NOT NULL
        CONSTRAINT attempt_reason CHECK (reason IN ('', 'TIMEOUT', 'BLOCKED_IP', 'REDIRECT', 'STATUS', 'CONNECT', 'SMTP')),
    took_ms bigint NOT NULL,
    CONSTRAINT attempt_pkey PRIMARY KEY (workspace_id, notification_id, number),
    CONSTRAINT attempt_notification FOREIGN KEY (workspace_id, notification_id)
        REFERENCES notification (workspace_id, notification_id)
);
ALTER TABLE attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY attempt_wall ON attempt FOR SELECT USING (workspace_id = app_workspace());
CREATE POLICY attempt_append ON attempt FOR INSERT WITH CHECK (workspace_id = app_workspace());
