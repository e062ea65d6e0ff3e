-- Owners, grants, row security, comments on everything, settings of the database. The roles are made before.

CREATE SCHEMA shop AUTHORIZATION odd_owner;
GRANT USAGE ON SCHEMA shop TO odd_reader WITH GRANT OPTION;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO odd_owner;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO odd_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE odd_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE odd_owner IN SCHEMA shop GRANT USAGE ON SEQUENCES TO odd_reader WITH GRANT OPTION;

CREATE TABLE shop.ledger (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL, amount numeric, secret text);
ALTER TABLE shop.ledger OWNER TO odd_owner;
INSERT INTO shop.ledger (owner, amount, secret) SELECT (ARRAY['odd_owner', 'odd_reader'])[1 + g % 2], g, 's' || g FROM generate_series(1, 40) g;
GRANT SELECT (id, owner), UPDATE (amount) ON shop.ledger TO odd_reader;
GRANT USAGE ON SCHEMA shop TO "odd ""Role""";
GRANT ALL ON shop.ledger TO "odd ""Role""" WITH GRANT OPTION;
GRANT SELECT ON shop.ledger TO PUBLIC;
SET ROLE "odd ""Role""";
GRANT INSERT ON shop.ledger TO odd_reader;
RESET ROLE;

-- Rows that even their owner does not see: a copy has to.
ALTER TABLE shop.ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.ledger FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON shop.ledger AS PERMISSIVE FOR SELECT TO odd_reader, odd_owner USING (owner = current_user);
CREATE POLICY never ON shop.ledger AS RESTRICTIVE FOR ALL TO PUBLIC USING (amount < 1000) WITH CHECK (amount < 500);
CREATE TABLE shop.closed (id int);
INSERT INTO shop.closed VALUES (1), (2);
ALTER TABLE shop.closed OWNER TO odd_owner;
ALTER TABLE shop.closed ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.closed FORCE ROW LEVEL SECURITY;
REVOKE ALL ON shop.closed FROM odd_owner;

CREATE FUNCTION shop.secret() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT 'x' $$;
ALTER FUNCTION shop.secret() OWNER TO odd_owner;
REVOKE ALL ON FUNCTION shop.secret() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.secret() TO odd_reader;
CREATE VIEW shop.seen AS SELECT owner FROM shop.ledger;
ALTER VIEW shop.seen OWNER TO odd_reader;
CREATE MATERIALIZED VIEW shop.sum AS SELECT owner, sum(amount) FROM shop.ledger GROUP BY 1;
ALTER MATERIALIZED VIEW shop.sum OWNER TO "odd ""Role""";
REFRESH MATERIALIZED VIEW shop.sum; -- as its owner, who sees no rows
CREATE SEQUENCE shop.numbers;
GRANT USAGE ON SEQUENCE shop.numbers TO odd_reader;
CREATE TYPE shop.size AS ENUM ('s', 'm');
ALTER TYPE shop.size OWNER TO odd_owner;
REVOKE USAGE ON TYPE shop.size FROM PUBLIC;
CREATE DOMAIN shop.short AS varchar(3);
GRANT USAGE ON DOMAIN shop.short TO odd_reader;
GRANT USAGE ON LANGUAGE plpgsql TO odd_reader;
GRANT SELECT ON pg_catalog.pg_authid TO odd_reader;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
GRANT SET ON PARAMETER log_min_messages TO odd_reader;

COMMENT ON SCHEMA shop IS 'the shop';
COMMENT ON SCHEMA public IS 'changed';
COMMENT ON TABLE shop.ledger IS 'a ''table''';
COMMENT ON COLUMN shop.ledger.amount IS E'two\nlines';
COMMENT ON CONSTRAINT ledger_pkey ON shop.ledger IS 'the key';
COMMENT ON INDEX shop.ledger_pkey IS 'its index';
COMMENT ON POLICY never ON shop.ledger IS 'never';
COMMENT ON FUNCTION shop.secret() IS 'secret';
COMMENT ON VIEW shop.seen IS 'seen';
COMMENT ON SEQUENCE shop.numbers IS 'numbers';
COMMENT ON TYPE shop.size IS 'size';
COMMENT ON DOMAIN shop.short IS 'short';
COMMENT ON EXTENSION plpgsql IS 'ours';
