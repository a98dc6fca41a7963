-- Makes a database for each service, with an owner who migrates it and a role that works in it. Postgres runs this once, when its
-- volume is empty; on a server of your own run it with psql and the same environment variables, as a superuser or as a role that may
-- create roles and databases (which has to be a member of an owner to give it a database).
\set ON_ERROR_STOP on
\getenv intake_owner INTAKE_OWNER_PASSWORD
\getenv intake INTAKE_DATABASE_PASSWORD
\getenv analysis_owner ANALYSIS_OWNER_PASSWORD
\getenv analysis ANALYSIS_DATABASE_PASSWORD
\getenv satisfaction_owner SATISFACTION_OWNER_PASSWORD
\getenv satisfaction SATISFACTION_DATABASE_PASSWORD
\getenv recovery_owner RECOVERY_OWNER_PASSWORD
\getenv recovery RECOVERY_DATABASE_PASSWORD
\getenv backup BACKUP_DATABASE_PASSWORD

CREATE ROLE intake_owner LOGIN PASSWORD :'intake_owner';
CREATE ROLE intake LOGIN PASSWORD :'intake';
GRANT intake_owner TO CURRENT_USER;
CREATE DATABASE intake OWNER intake_owner;
REVOKE ALL ON DATABASE intake FROM PUBLIC;
GRANT CONNECT ON DATABASE intake TO intake;

CREATE ROLE analysis_owner LOGIN PASSWORD :'analysis_owner';
CREATE ROLE analysis LOGIN PASSWORD :'analysis';
GRANT analysis_owner TO CURRENT_USER;
CREATE DATABASE analysis OWNER analysis_owner;
REVOKE ALL ON DATABASE analysis FROM PUBLIC;
GRANT CONNECT ON DATABASE analysis TO analysis;

CREATE ROLE satisfaction_owner LOGIN PASSWORD :'satisfaction_owner';
CREATE ROLE satisfaction LOGIN PASSWORD :'satisfaction';
GRANT satisfaction_owner TO CURRENT_USER;
CREATE DATABASE satisfaction OWNER satisfaction_owner;
REVOKE ALL ON DATABASE satisfaction FROM PUBLIC;
GRANT CONNECT ON DATABASE satisfaction TO satisfaction;

CREATE ROLE recovery_owner LOGIN PASSWORD :'recovery_owner';
CREATE ROLE recovery LOGIN PASSWORD :'recovery';
GRANT recovery_owner TO CURRENT_USER;
CREATE DATABASE recovery OWNER recovery_owner;
REVOKE ALL ON DATABASE recovery FROM PUBLIC;
GRANT CONNECT ON DATABASE recovery TO recovery;

-- Reads every store whole for `ting ops backup`, past the walls between workspaces, and makes scratch databases to try a restore in.
CREATE ROLE backup LOGIN BYPASSRLS CREATEDB PASSWORD :'backup';
GRANT pg_read_all_data TO backup;
GRANT CONNECT ON DATABASE intake TO backup;
GRANT CONNECT ON DATABASE analysis TO backup;
GRANT CONNECT ON DATABASE satisfaction TO backup;
GRANT CONNECT ON DATABASE recovery TO backup;
