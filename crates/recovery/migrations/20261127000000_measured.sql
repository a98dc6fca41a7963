-- Cases are counted over all workspaces for the operator's metrics; nothing is written that way.
CREATE POLICY recovery_case_measured ON recovery_case FOR SELECT USING (app_workspace() = '*');
-- So that counting reads what is open and not what was ever closed.
CREATE INDEX recovery_case_backlog ON recovery_case (state, opened_at) WHERE state <> 'closed';
