#!/usr/bin/env bash
# Run once by the PostgreSQL image: one role without other rights, which owns two databases. It must own the conversations:
# only an owner can rewrite a table, so that nothing of an erased conversation is left in its file. Its statements hold what
# visitors write: when one fails, the log gets the error without the statement.
set -euo pipefail
password=$(cat "${DATABASE_PASSWORD_FILE:-/run/secrets/database_password}")
psql --set ON_ERROR_STOP=1 --set password="$password" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE assistant LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
ALTER ROLE assistant SET log_min_error_statement = panic;
CREATE DATABASE chat OWNER assistant ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE review OWNER assistant ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE chat FROM PUBLIC;
REVOKE CONNECT ON DATABASE review FROM PUBLIC;
SQL
