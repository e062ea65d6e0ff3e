-- Large objects, foreign tables, tablespaces.

SELECT lo_from_bytea(4711, '\x00ff'), lo_from_bytea(4712, ''), lo_from_bytea(4713, decode(repeat('00112233445566778899aabbccddeeff', 20000), 'hex'));
SELECT lo_put(4712, 3000000, 'after a hole');
ALTER LARGE OBJECT 4711 OWNER TO odd_owner;
GRANT SELECT ON LARGE OBJECT 4711 TO odd_reader;
COMMENT ON LARGE OBJECT 4713 IS 'a large one';
CREATE TABLE picture (id int PRIMARY KEY, content oid);
INSERT INTO picture VALUES (1, 4711), (2, 4712), (3, NULL);

CREATE FOREIGN DATA WRAPPER none NO HANDLER OPTIONS (a 'b ''c''');
CREATE SERVER elsewhere TYPE 'kind' VERSION '1.2' FOREIGN DATA WRAPPER none OPTIONS (host 'nowhere.invalid', "Odd Key" 'v');
CREATE USER MAPPING FOR odd_reader SERVER elsewhere OPTIONS ("user" 'u', password 'not copied by chance');
CREATE USER MAPPING FOR PUBLIC SERVER elsewhere;
CREATE FOREIGN TABLE far_away (id int OPTIONS (column_name 'ID') NOT NULL, t text DEFAULT 'x', CHECK (id > 0)) SERVER elsewhere OPTIONS (table_name 'T');
CREATE TABLE ranged (id int) PARTITION BY RANGE (id);
CREATE TABLE ranged_near PARTITION OF ranged FOR VALUES FROM (0) TO (10);
CREATE FOREIGN TABLE ranged_far PARTITION OF ranged FOR VALUES FROM (10) TO (20) SERVER elsewhere;
INSERT INTO ranged VALUES (1), (2);
GRANT USAGE ON FOREIGN SERVER elsewhere TO odd_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER none TO odd_reader;
COMMENT ON SERVER elsewhere IS 'not here';

CREATE TABLE placed (id int PRIMARY KEY USING INDEX TABLESPACE odd_space, t text) TABLESPACE odd_space;
INSERT INTO placed SELECT g, 'row ' || g FROM generate_series(1, 30) g;
CREATE INDEX placed_t ON placed (t) TABLESPACE odd_space;
CREATE MATERIALIZED VIEW placed_view TABLESPACE odd_space AS SELECT count(*) FROM placed;
