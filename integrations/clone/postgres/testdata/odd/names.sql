-- Names that have to be quoted, and quoted well.

CREATE SCHEMA "Große Übersicht";
CREATE SCHEMA "a.b";
CREATE SCHEMA "quote""d";
CREATE SCHEMA "select";
CREATE SCHEMA "pg-ish";

CREATE TABLE "Große Übersicht"."Kunde (alt)" ("Größe" numeric, "ORDER" int PRIMARY KEY, "with space" text, "漢字" text);
INSERT INTO "Große Übersicht"."Kunde (alt)" VALUES (1.5, 1, 'a', 'b');
CREATE TABLE "a.b"."c.d" ("e.f" int);
INSERT INTO "a.b"."c.d" VALUES (1);
CREATE TABLE "quote""d"."ta""b'le" ("co""l'umn" int, "back\slash" text, "percent % and $1" text, "new
line" int);
INSERT INTO "quote""d"."ta""b'le" VALUES (1, E'\\', '%s $1', 2);
CREATE TABLE "select"."from" ("where" int PRIMARY KEY, "user" text, "null" text);
INSERT INTO "select"."from" VALUES (1, 'me', NULL);
CREATE TABLE "new
line" ("a	tab" int);
INSERT INTO "new
line" VALUES (7);
CREATE TABLE "-- no comment" (id int, "; DROP TABLE x" int);
INSERT INTO "-- no comment" VALUES (1, 2);
CREATE TABLE "$$dollar$$" ("?" int, ":name" int, "{}" int);
INSERT INTO "$$dollar$$" VALUES (1, 2, 3);
CREATE TABLE " leading and trailing " (" " int);
INSERT INTO " leading and trailing " VALUES (1);
CREATE TABLE "exactly_sixty_three_bytes_long_names_are_what_postgres_admits_x" ("exactly_sixty_three_bytes_long_names_are_what_postgres_admits_y" int PRIMARY KEY);
INSERT INTO "exactly_sixty_three_bytes_long_names_are_what_postgres_admits_x" VALUES (1);

-- The same name in several schemas and in several cases.
CREATE TABLE thing (id serial PRIMARY KEY, t text);
CREATE TABLE "Thing" (id serial PRIMARY KEY, t text);
CREATE TABLE "THING" (id serial PRIMARY KEY, t text);
CREATE TABLE "select".thing (id serial PRIMARY KEY, parent int REFERENCES public.thing, t text);
INSERT INTO thing (t) VALUES ('lower'), ('lower');
INSERT INTO "Thing" (t) VALUES ('Mixed');
INSERT INTO "THING" (t) VALUES ('UPPER'), ('UPPER'), ('UPPER');
INSERT INTO "select".thing (parent, t) VALUES (1, 'elsewhere');

CREATE SEQUENCE "Große Übersicht"."Zähler";
SELECT nextval('"Große Übersicht"."Zähler"');
CREATE TYPE "a.b"."Enum Type" AS ENUM ('it''s', 'a "b"', 'c,d');
CREATE TABLE "a.b"."uses it" (e "a.b"."Enum Type"[], "Übersicht" "Große Übersicht"."Kunde (alt)");
INSERT INTO "a.b"."uses it" VALUES (ARRAY['it''s', 'a "b"', 'c,d']::"a.b"."Enum Type"[], ROW(1, 2, 'x', 'y'));
CREATE INDEX "In""dex" ON "quote""d"."ta""b'le" ("co""l'umn");
CREATE VIEW "quote""d"."Vi""ew" AS SELECT "co""l'umn" AS "a ""b""" FROM "quote""d"."ta""b'le";
CREATE MATERIALIZED VIEW "select"."as" AS SELECT "where" AS "group" FROM "select"."from";
COMMENT ON TABLE "quote""d"."ta""b'le" IS 'it''s a "comment"
of two lines, with \backslash and $1';
COMMENT ON COLUMN "select"."from"."where" IS '';
CREATE FUNCTION "a.b"."Fun.c ""tion"""("in" int, OUT "Out" int) LANGUAGE sql AS 'SELECT "in" + 1';
