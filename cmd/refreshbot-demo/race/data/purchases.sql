INSERT INTO purchase
	SELECT g, 1 + g % (490 * current_setting('race.megabytes')::bigint), 1 + g % (2000 * current_setting('race.megabytes')::bigint),
		timestamptz '2018-01-01 00:00+00' + g * interval '53 s', (ARRAY['open', 'paid', 'shipped', 'closed'])[1 + g % 4],
		g % 1000000 / 100.0, 1 + g % 9, md5(g::text)::uuid
	FROM generate_series(1, 1950 * current_setting('race.megabytes')::bigint) g;
ALTER TABLE purchase ADD PRIMARY KEY (id);
CREATE INDEX purchase_contact ON purchase (contact_id);
CREATE INDEX purchase_status ON purchase (status, placed) WHERE status <> 'closed';
