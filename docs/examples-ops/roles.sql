-- Run once as the server's administrator: psql -f roles.sql -v owner_password=... -v hub_password=...
-- hub_owner makes and changes tables (init, migrate); hub only works in them (serve and everything else).
CREATE ROLE hub_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE hub       LOGIN PASSWORD :'hub_password'   NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE hub OWNER hub_owner ENCODING 'UTF8' TEMPLATE template0;
\connect hub
REVOKE ALL ON DATABASE hub FROM PUBLIC;
GRANT CONNECT ON DATABASE hub TO hub;
ALTER SCHEMA public OWNER TO hub_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hub;
ALTER DEFAULT PRIVILEGES FOR ROLE hub_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hub;
