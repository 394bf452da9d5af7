#!/usr/bin/env bash
# Run once by the PostgreSQL image, or by hand as PostgreSQL's administrator; again it only makes what is missing. Two roles
# without other rights, a database each:
# - assistant, for the chat, owns the conversations and cannot even connect to the database of the review pages, with its
#   accounts and its audit log.
# - reviewer, for the review pages, owns that one. It is a member of assistant: it reads conversations, and erases them, which
#   only an owner can do so that nothing of them is left in the files of a table.
# Their statements hold what visitors write: when one fails, the log gets the error without the statement.
set -euo pipefail
folder=${PASSWORDS_FOLDER:-/run/secrets}
chat=$(cat "$folder/database_password")
review=$(cat "$folder/review_database_password")
psql --quiet --set ON_ERROR_STOP=1 --set chat="$chat" --set review="$review" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
SET client_min_messages = warning;
SELECT 'CREATE ROLE assistant' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'assistant') \gexec
SELECT 'CREATE ROLE reviewer' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reviewer') \gexec
ALTER ROLE assistant LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'chat';
ALTER ROLE reviewer LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'review';
ALTER ROLE assistant SET log_min_error_statement = panic;
ALTER ROLE reviewer SET log_min_error_statement = panic;
GRANT assistant TO reviewer;
SELECT 'CREATE DATABASE chat OWNER assistant ENCODING ''UTF8'' TEMPLATE template0' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'chat') \gexec
SELECT 'CREATE DATABASE review OWNER reviewer ENCODING ''UTF8'' TEMPLATE template0' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'review') \gexec
REVOKE CONNECT ON DATABASE chat FROM PUBLIC;
REVOKE CONNECT ON DATABASE review FROM PUBLIC;
\connect review
SET client_min_messages = warning;
-- before there were two roles, assistant owned both: what is in this database goes over, and with it every database of assistant
BEGIN;
REASSIGN OWNED BY assistant TO reviewer;
ALTER DATABASE chat OWNER TO assistant;
COMMIT;
SQL
