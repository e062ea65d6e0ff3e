-- For each table with rows a query for its name, their number and a sum over them.
SELECT format('SELECT %L || E''\t'' || count(*) || '' rows, sum '' || COALESCE(sum(hashtextextended(CAST(ROW(%s) AS text), 0)), 0) FROM ONLY %s',
		name, columns, oid::regclass)
	FROM (SELECT c.oid, CASE nspname WHEN 'public' THEN relname ELSE nspname || '.' || relname END AS name
		FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE (relkind = 'r' OR relkind = 'm' AND relispopulated) AND nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema') AS t,
	LATERAL (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns
		FROM pg_attribute WHERE attrelid = oid AND attnum > 0 AND NOT attisdropped AND name || '.' || attname <> ALL (COALESCE($1::text[], '{}'))) AS a
	ORDER BY name
