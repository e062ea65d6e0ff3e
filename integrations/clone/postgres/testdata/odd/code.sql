-- What runs: functions, procedures, triggers, rules, views, operators and all that hangs on them.

CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric, changed timestamptz);
INSERT INTO item SELECT g, 'item ' || g, g * 1.5, '2024-01-01 00:00+00' FROM generate_series(1, 100) g;
CREATE TABLE audit (id serial PRIMARY KEY, what text, at timestamptz DEFAULT '2024-01-01 00:00+00');

CREATE FUNCTION plain(a int, b int DEFAULT 2, VARIADIC rest int[] DEFAULT '{}') RETURNS int
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 7 AS 'SELECT a + b';
CREATE FUNCTION atomic(a int) RETURNS TABLE (n int, square bigint) LANGUAGE sql STABLE ROWS 5
	BEGIN ATOMIC SELECT g, g::bigint * g FROM generate_series(1, a) g; END;
CREATE FUNCTION "Dollar"() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '4MB' AS $body$
BEGIN
	RETURN $$it's "quoted" \n$$; -- a comment; with a semicolon
END $body$;
CREATE FUNCTION either(anyelement, anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT COALESCE($1, $2)';
CREATE FUNCTION either(text) RETURNS SETOF item LANGUAGE sql AS 'SELECT * FROM item WHERE name = $1';
CREATE PROCEDURE tidy(INOUT n int, IN why text DEFAULT 'none') LANGUAGE plpgsql AS $$ BEGIN DELETE FROM audit WHERE what = why; n := n + 1; COMMIT; END $$;
-- Bodies that name what is made later, or nothing at all.
SET check_function_bodies = off;
CREATE FUNCTION ahead() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM made_later';
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN nowhere.nothing(; END';
RESET check_function_bodies;

-- Triggers. A copy must not set them off: some raise, some would write.
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); INSERT INTO audit (what) VALUES (TG_OP); RETURN NEW; END $$;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'nobody writes here'; END $$;
CREATE TRIGGER stamped BEFORE INSERT OR UPDATE OF name, price ON item FOR EACH ROW WHEN (NEW.price > 0) EXECUTE FUNCTION stamp('an ''argument''', '2');
CREATE TRIGGER always_on AFTER INSERT ON item REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refuse();
ALTER TABLE item ENABLE ALWAYS TRIGGER always_on;
CREATE TRIGGER off BEFORE DELETE ON item FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE item DISABLE TRIGGER off;
CREATE TRIGGER for_replicas BEFORE TRUNCATE ON item EXECUTE FUNCTION refuse();
ALTER TABLE item ENABLE REPLICA TRIGGER for_replicas;
CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();

-- Rules, one of which turns every insertion away.
CREATE TABLE valve (id int, t text);
INSERT INTO valve VALUES (1, 'one'), (2, 'two');
CREATE RULE shut AS ON INSERT TO valve DO INSTEAD NOTHING;
CREATE RULE told AS ON UPDATE TO valve WHERE OLD.id > 1 DO ALSO INSERT INTO audit (what) VALUES ('update of ' || OLD.id);
ALTER TABLE valve DISABLE RULE told;

CREATE VIEW dear WITH (security_barrier = true, check_option = cascaded) AS SELECT id, name, price FROM item WHERE price > 50;
CREATE VIEW dearest WITH (security_invoker = true) AS SELECT * FROM dear WHERE price > 100 WITH LOCAL CHECK OPTION;
ALTER VIEW dear ALTER COLUMN price SET DEFAULT 99;
CREATE TRIGGER through INSTEAD OF INSERT ON dearest FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE RECURSIVE VIEW steps (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM steps WHERE n < 5;

-- Materialised views upon each other, with indexes, one never filled, one behind its table.
CREATE MATERIALIZED VIEW stale AS SELECT count(*) AS items, sum(price) AS total FROM item;
CREATE MATERIALIZED VIEW by_tens AS SELECT id / 10 AS ten, sum(price) AS total, (SELECT items FROM stale) AS items FROM item GROUP BY 1;
CREATE UNIQUE INDEX by_tens_ten ON by_tens (ten);
CREATE MATERIALIZED VIEW above WITH (fillfactor = 80) AS SELECT * FROM by_tens WHERE total > (SELECT avg(total) FROM by_tens);
CREATE MATERIALIZED VIEW not_yet AS SELECT * FROM item WITH NO DATA;
CREATE VIEW over_both AS SELECT a.ten, b.n FROM above a, atomic(3) b;
COMMENT ON MATERIALIZED VIEW stale IS 'refreshed at night';

-- Operators with their class and family, casts, aggregates, a collation, conversions, text search.
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION pair_less(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.a < $2.a';
CREATE FUNCTION pair_same(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.a = $2.a';
CREATE FUNCTION pair_more(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.a > $2.a';
CREATE FUNCTION pair_not_more(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.a <= $2.a';
CREATE FUNCTION pair_not_less(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.a >= $2.a';
CREATE FUNCTION pair_order(pair, pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.a - $2.a';
CREATE OPERATOR <% (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_less, COMMUTATOR = >%, RESTRICT = scalarltsel);
CREATE OPERATOR >% (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_more, COMMUTATOR = <%, RESTRICT = scalargtsel);
CREATE OPERATOR =% (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_same, COMMUTATOR = =%, HASHES, MERGES, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR <=% (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_not_more);
CREATE OPERATOR >=% (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_not_less);
CREATE OPERATOR FAMILY pair_family USING btree;
CREATE OPERATOR CLASS pair_class FOR TYPE pair USING btree FAMILY pair_family AS
	OPERATOR 1 <%, OPERATOR 2 <=%, OPERATOR 3 =%, OPERATOR 4 >=%, OPERATOR 5 >%, FUNCTION 1 pair_order(pair, pair);
CREATE TABLE pairs (p pair, t text);
INSERT INTO pairs SELECT ROW(g, -g)::pair, g::text FROM generate_series(1, 30) g;
CREATE INDEX pairs_p ON pairs (p pair_class);
CREATE FUNCTION pair_text(pair) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1.a || '/' || $1.b $$;
CREATE CAST (pair AS text) WITH FUNCTION pair_text(pair) AS ASSIGNMENT;
CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1', PARALLEL = safe);
CREATE AGGREGATE middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE rolling(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, SORTOP = <);
CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk', DETERMINISTIC = false);
CREATE COLLATION plain_c FROM "C";
CREATE TABLE sorted (t text COLLATE german UNIQUE, u varchar COLLATE plain_c);
INSERT INTO sorted VALUES ('Ärger', 'a'), ('Zorn', 'b');
CREATE DEFAULT CONVERSION my_conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH DICTIONARY short (TEMPLATE = pg_catalog.simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH CONFIGURATION terse (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION terse ALTER MAPPING FOR asciiword, word WITH short, simple;
CREATE TEXT SEARCH PARSER own_parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TABLE searched (t text, v tsvector GENERATED ALWAYS AS (to_tsvector('terse', t)) STORED);
INSERT INTO searched (t) VALUES ('The quick brown fox'), ('over the lazy dog');
CREATE INDEX searched_v ON searched USING gin (v);
-- A default, a check, an index and a generated column by functions of one's own.
CREATE TABLE leaning (
	id int DEFAULT plain(1), doubled int GENERATED ALWAYS AS (plain(id, id)) STORED,
	CONSTRAINT by_function CHECK (plain(id) > 0));
INSERT INTO leaning VALUES (1), (2);
CREATE INDEX leaning_f ON leaning (plain(id, 3));
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE on_heap2 (id int) USING heap2;
INSERT INTO on_heap2 VALUES (1);
CREATE FUNCTION upper_sql(internal) RETURNS internal LANGUAGE internal AS 'dsimple_init';

CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the schema is frozen: %', TG_TAG; END $$;
CREATE PUBLICATION a_part FOR TABLE item (id, name) WHERE (id > 10) WITH (publish = 'insert');
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert, update', publish_via_partition_root = true);
CREATE EVENT TRIGGER frozen ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE', 'CREATE INDEX') EXECUTE FUNCTION on_ddl();
