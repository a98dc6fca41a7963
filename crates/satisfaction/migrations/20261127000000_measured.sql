-- Alerts that stand are counted over all workspaces for the operator's metrics; nothing is written that way.
CREATE POLICY alert_measured ON alert FOR SELECT USING (app_workspace() = '*');
