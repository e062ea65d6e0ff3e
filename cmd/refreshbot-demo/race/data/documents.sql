-- Wide rows: most on one page, every eighth with a body that is stored apart.
INSERT INTO document (purchase_id, title, description, body, preview, facts, tags)
	SELECT g, 'Document ' || g, CASE WHEN g % 5 = 0 THEN 'Sent by clerk' || g || '@client' || g % 977 || '.example on request.' ELSE 'Scanned.' END,
		CASE WHEN g % 8 = 0 THEN convert_from(substr(noise, 1 + g::int * 31 % 90000, 8000), 'UTF8') ELSE repeat(md5(g::text) || ' ', 40) END,
		CASE WHEN g % 6 = 0 THEN decode(repeat(md5(g::text), 8), 'hex') END,
		jsonb_build_object('pages', g % 40, 'language', 'en', 'sum', md5(g::text)), ARRAY['scan', 'year ' || g % 20]
	FROM generate_series(1, 75 * current_setting('race.megabytes')::bigint) g,
		(SELECT convert_to(string_agg(md5(n::text), ' '), 'UTF8') FROM generate_series(1, 3000) n) AS n (noise);
ALTER TABLE document ADD PRIMARY KEY (id), ADD CHECK (title <> '');
CREATE INDEX document_purchase ON document (purchase_id);
CREATE INDEX document_tags ON document USING gin (tags);
