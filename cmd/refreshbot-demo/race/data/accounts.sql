INSERT INTO account
	SELECT g, 'Account ' || g || ' & Sons', g % 997 || ' Harbour Street', 'City ' || g % 5003, substr(upper(md5(g::text)), 1, 2),
		g % 100000 / 7.0, date '2010-01-01' + (g % 5000)::int, CASE WHEN g % 3 = 0 THEN 'Pays late, see file ' || md5(g::text) END
	FROM generate_series(1, 2000 * current_setting('race.megabytes')::bigint) g;
INSERT INTO contact
	SELECT g, 1 + g % (2000 * current_setting('race.megabytes')::bigint), 'First' || g % 2999 || ' Last' || g,
		'first' || g % 2999 || '.last_' || g || '@client' || g % 977 || '.example',
		CASE WHEN g % 4 = 0 THEN 'p' || g || '@home.example' END, '+65 ' || g % 10000000,
		CASE WHEN g % 10 = 0 THEN 'Assistant: a' || g || '@client' || g % 977 || '.example, call before noon.' WHEN g % 10 < 4 THEN 'Prefers the telephone.' END,
		timestamptz '2015-01-01 00:00+00' + g * interval '97 s'
	FROM generate_series(1, 490 * current_setting('race.megabytes')::bigint) g;
ALTER TABLE account ADD PRIMARY KEY (id);
ALTER TABLE contact ADD PRIMARY KEY (id), ADD UNIQUE (email);
CREATE INDEX account_place ON account (country, city);
CREATE INDEX contact_account ON contact (account_id);
CREATE INDEX contact_name ON contact (lower(name));
