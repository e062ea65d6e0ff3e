-- What Debian ships beside the server, where the version of the server does not matter.

CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE EXTENSION ltree;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gist;
CREATE EXTENSION btree_gin;
CREATE EXTENSION intarray;
CREATE EXTENSION isn;
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
CREATE EXTENSION seg;
CREATE EXTENSION pgcrypto SCHEMA ext;
CREATE EXTENSION "uuid-ossp";
CREATE EXTENSION unaccent;
CREATE EXTENSION fuzzystrmatch;
CREATE EXTENSION tablefunc;
CREATE EXTENSION bloom;
CREATE EXTENSION lo;
CREATE EXTENSION dict_int;
CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION tcn;
CREATE EXTENSION moddatetime;
CREATE EXTENSION tsm_system_rows;

CREATE TABLE ware (
	id int PRIMARY KEY, facts ext.hstore, name ext.citext UNIQUE, place ltree, way lquery, isbn isbn13, at cube, size seg, tags int[],
	during tstzrange, picture lo, EXCLUDE USING gist (id WITH =, during WITH &&)
);
INSERT INTO ware SELECT g, ext.hstore(ARRAY['a', 'b b', 'c'], ARRAY[g::text, NULL, '"']), 'Ware ' || g, ('Top.Mid_' || g)::ltree, 'Top.*{1,2}', '978-0-393-04002-9',
	cube(ARRAY[g, 1.5], ARRAY[g + 1, 2]), '1.5 .. 2.50', ARRAY[g, g * 2], tstzrange('2024-01-01 00:00+00', '2024-01-02 00:00+00'), NULL
	FROM generate_series(1, 200) g;
CREATE INDEX ware_facts ON ware USING gin (facts);
CREATE INDEX ware_trgm ON ware USING gist (name gist_trgm_ops (siglen = 32));
CREATE INDEX ware_place ON ware USING gist (place);
CREATE INDEX ware_tags ON ware USING gin (tags gin__int_ops, id);
CREATE INDEX ware_bloom ON ware USING bloom (id, name) WITH (length = 80, col1 = 2);
CREATE INDEX ware_loud ON ware ((ext.digest(name::text, 'sha1')));
CREATE TRIGGER picture_gone BEFORE UPDATE OR DELETE ON ware FOR EACH ROW EXECUTE FUNCTION lo_manage(picture);
CREATE TABLE short_names (id uuid DEFAULT uuid_generate_v4(), t text, plain text);
INSERT INTO short_names VALUES ('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'é', unaccent('é'));
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
-- Tables of an extension's own are its own, except what it marks as settings.
CREATE EXTENSION pg_stat_statements;
ALTER EXTENSION fuzzystrmatch ADD TABLE short_names;
