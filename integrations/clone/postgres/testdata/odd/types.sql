-- Every base type with its edges, and every way to make a type of one's own.

CREATE TYPE mood AS ENUM ('low', 'so so', 'it''s fine', '');
ALTER TYPE mood ADD VALUE 'lowest' BEFORE 'low';
CREATE TYPE point3 AS (x double precision, y double precision, "Z z" text);
CREATE TYPE nested AS (name text, at point3, history point3[]);
CREATE DOMAIN even AS integer DEFAULT 2 CHECK (VALUE % 2 = 0);
CREATE DOMAIN named AS text COLLATE "C" NOT NULL CONSTRAINT not_blank CHECK (VALUE <> '');
CREATE DOMAIN evens AS even[] CHECK (cardinality(VALUE) < 10);
CREATE TYPE shell;
CREATE FUNCTION span_size(from_ double precision, to_ double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE RETURN to_ - from_;
CREATE TYPE span AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = span_size, MULTIRANGE_TYPE_NAME = spans);
CREATE TYPE moods AS RANGE (SUBTYPE = mood);

CREATE TABLE number (
	id int PRIMARY KEY,
	small smallint, normal integer, big bigint,
	exact numeric, money_like numeric(12, 2), coarse numeric(3, -2), tiny numeric(2, 5),
	single real, double_ double precision, cash money, o oid, x xid, x8 xid8, c cid, t tid, lsn pg_lsn
);
INSERT INTO number VALUES
	(1, -32768, -2147483648, -9223372036854775808, 'NaN', -9999999999.99, -99900, 0.00001, 'NaN', 'NaN', '-92233720368547758.08', 0, '0', '0', '0', '(0,0)', '0/0'),
	(2, 32767, 2147483647, 9223372036854775807, 'Infinity', 9999999999.99, 99900, 0.00099, 'Infinity', '-Infinity', '92233720368547758.07', 4294967295, '4294967295', '18446744073709551615', '4294967295', '(4294967295,65535)', 'FFFFFFFF/FFFFFFFF'),
	(3, 0, 0, 0, '-Infinity', 0, 0, 0, '-0', '-0', 0, 1, '1', '1', '1', '(1,1)', '0/1'),
	(4, NULL, NULL, NULL, 1e-16000, NULL, NULL, NULL, 1e-45, 5e-324, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(5, 1, 1, 1, 1e10000::numeric + 0.5, 0.10, 100, 0.00010, 3.4028235e38, 1.7976931348623157e308, 0.01, 1, '2', '3', '4', '(5,6)', '16/B374D848');

CREATE TABLE moment (
	d date, t time, tt time with time zone, ts timestamp, tz timestamp with time zone, i interval,
	t0 time(0), ts3 timestamp(3), i_days interval day to second(2), i_year interval year
);
INSERT INTO moment VALUES
	('infinity', '24:00', '24:00-15:59:59', 'infinity', 'infinity', '-178000000 years', '23:59:59', 'infinity', '1 day 01:02:03.45', '3 years'),
	('-infinity', '00:00', '00:00+15:59:59', '-infinity', '-infinity', '178000000 years', '00:00', '-infinity', '-1 day', '-3 years'),
	('4713-01-01 BC', '00:00:00.000001', '12:00+05:45', '4713-01-01 00:00 BC', '0001-12-31 23:59:59.999999 BC', '1 mon -1 day +00:00:00.000001', NULL, '1582-10-04 00:00:00.123', NULL, NULL),
	('5874897-12-31', '23:59:59.999999', '23:59:59.999999-00', '294276-12-31 23:59:59.999999', '294276-12-31 00:00+00', '00:00', NULL, NULL, NULL, NULL),
	(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE letters (
	t text, v varchar(7), vv varchar, c char(5), one "char", n name, b bytea, j json, jb jsonb, jp jsonpath, x xml, u uuid
);
INSERT INTO letters VALUES
	('', '', '', '', '', '', '', '{"b": 1, "a": [1.0, 1e3, "\u00fc"], "b": 2}', '{"b": 1, "a": [1.0, 1e3, "ü"]}', '$.a[*] ? (@ > 1)', '<a b="c">&amp;<!-- d --></a>', '00000000-0000-0000-0000-000000000000'),
	(E'tab\there, line\nfeed, \\N, \\., backslash \\ and \r', E'\\N', 'null', '  x', E'\\200', 'Name', '\x00ff0a0d5c2e', '  null  ', 'null', 'strict $."a b"', 'text alone', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
	('grüße, 漢字, 🚢, e' || U&'\0301' || ', ' || U&'\200F' || 'rtl', 'äöüßøåé', repeat('long ', 40000), 'ä', 'z', repeat('n', 63), decode(repeat('deadbeef', 30000), 'hex'), '[]', '{}', 'lax $', '<x/>', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
	(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE shape (
	p point, l line, s lseg, b box, pa path, po polygon, ci circle,
	ip inet, net cidr, m macaddr, m8 macaddr8, b1 bit(9), bv bit varying(20), ba bit varying,
	vector tsvector, query tsquery
);
INSERT INTO shape VALUES
	('(NaN,Infinity)', '{1,-1,0}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(0,0),3>',
	 '10.1.2.3/8', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', B'000000001', B'', B'1010101010101010101010101',
	 '''a'':1A ''fat'':2,4B,16383 ''o''''clock'':3C', '''fat'' & ( ''rat'':AB | !''cat'' ) <-> ''sat'':*'),
	('(0,-0)', '{0,1,5}', '[(1,1),(1,1)]', '(0,0),(0,0)', '((0,0),(1,1))', '((1,1))', '<(1e300,1),0>',
	 '2001:db8::1', '2001:db8::/32', 'ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff:ff:ff', B'111111111', B'11111111111111111111', B'', '', NULL),
	(NULL, NULL, NULL, NULL, NULL, NULL, NULL, '::', '0.0.0.0/0', NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE stretch (
	i int4range, b int8range, n numrange, d daterange, ts tsrange, tz tstzrange,
	mi int4multirange, mb int8multirange, mn nummultirange, md datemultirange, mts tsmultirange, mtz tstzmultirange,
	own span, owns spans, feel moods
);
INSERT INTO stretch VALUES
	('empty', '(,)', '[1.5,1.5]', '[2024-02-29,)', '(,2024-01-01)', 'empty',
	 '{}', '{(,)}', '{[1,2),[3,4)}', '{[2024-01-01,2024-01-02)}', '{}', '{[-infinity,infinity]}', '[NaN,NaN]', '{[1,2),(3,4]}', '[low,"so so")'),
	('[1,10)', '[-9223372036854775808,1)', '(-Infinity,Infinity)', '[infinity,infinity]', 'empty', '[2024-01-01 00:00+00,)',
	 '{[1,2),[5,6)}', '{}', '{}', '{(,)}', '{(,2024-01-01)}', '{}', 'empty', '{}', 'empty');

CREATE TABLE made (
	m mood, ms mood[], p point3, ps point3[], n nested, e even, es evens, w named,
	grid integer[][], bounds text[], nothing text[], nulls integer[], dates timestamptz[], bytes bytea[], j jsonb[], r int4range[], boxes box[]
);
INSERT INTO made VALUES
	('lowest', '{low,"it''s fine","",NULL}', '(1,NaN,"a ""b"" (c)")', '{"(1,2,)",NULL,"(,,\"\")"}', '(x,"(1,2,z)","{""(3,4,)""}")', 4, '{2,4}', 'w',
	 '{{1,2},{3,NULL}}', '[-2:0]={a,"b,c","{d}"}', '{}', '{NULL,NULL}', '{infinity,"0044-03-15 12:00:00+00 BC"}', '{"\\x00","\\x"}', '{"{\"a\": null}","null"}', '{empty,"[1,2)"}', '{(1,1),(0,0);(2,2),(1,1)}'),
	(NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'y', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('', '{}', '(,,)', '{}', '(,,)', 2, '{}', 'NULL', '{}', '{NULL,"NULL",""}', '{""}', '{1}', '{}', '{}', '{}', '{}', '{}');

CREATE TABLE of_catalogue (
	c regclass, t regtype, f regproc, p regprocedure, o regoper, oo regoperator, r regrole, s regnamespace, tc regconfig, td regdictionary, co regcollation,
	acl aclitem[], snap pg_snapshot, ov oidvector, iv int2vector
);
INSERT INTO of_catalogue VALUES
	('pg_class', 'integer[]', 'pg_sleep', 'abs(integer)', '^@', '+(integer,integer)', 'postgres', 'pg_catalog', 'english', 'simple', '"C"',
	 '{postgres=arwdDxt/postgres,=r/postgres}', '10:20:10,14,15', '1 2 3', '-1 0 1');

-- A table of a type, and one whose rows are the values of another's column.
CREATE TYPE badge AS (code text, since date);
CREATE TABLE badges OF badge (PRIMARY KEY (code), since WITH OPTIONS DEFAULT '2024-01-01' NOT NULL);
INSERT INTO badges VALUES ('a', '2020-02-02'), ('b', DEFAULT);
CREATE TABLE badge_log (row_was badges, rows_were badges[]);
INSERT INTO badge_log SELECT b, ARRAY[b, b] FROM badges b;
