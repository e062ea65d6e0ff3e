package tenants

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

func (p Place) createOnServer(ctx context.Context, e Environment, now time.Time) error {
	if err := p.Server.Create(ctx, e.base, profile.ExamplePostgres()); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, e.Database)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	w := &writer{env: e, now: now, put: func(table string, n int, row func(i int) []any) error {
		return copyIn(ctx, conn, table, n, row)
	}}
	if err := w.write(); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, finish, pgx.QueryExecModeSimpleProtocol)
	return err
}

// finish brings up to date what goes by the rows: sequences, the materialised
// view, statistics.
const finish = `
DO $$ DECLARE s record; BEGIN
	FOR s IN SELECT table_name AS t, pg_get_serial_sequence(table_name, 'id') AS q FROM information_schema.columns
		WHERE table_schema = 'public' AND column_name = 'id' AND pg_get_serial_sequence(table_name, 'id') IS NOT NULL
	LOOP
		EXECUTE format('SELECT setval(%L, max(id)) FROM %I HAVING max(id) IS NOT NULL', s.q, s.t);
	END LOOP;
END $$;
REFRESH MATERIALIZED VIEW tickets_by_company;
ANALYZE`

// copyIn writes n rows into a table, as one text.
func copyIn(ctx context.Context, conn *pgx.Conn, table string, n int, row func(i int) []any) error {
	var text bytes.Buffer
	for i := 1; i <= n; i++ {
		for j, v := range row(i) {
			if j > 0 {
				text.WriteByte('\t')
			}
			text.WriteString(field(v))
		}
		text.WriteByte('\n')
	}
	_, err := conn.PgConn().CopyFrom(ctx, &text, "COPY "+table+" FROM STDIN")
	return err
}

// field writes a value for COPY.
func field(v any) string {
	switch v := v.(type) {
	case nil:
		return `\N`
	case []byte:
		return fmt.Sprintf(`\\x%x`, v)
	}
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`).Replace(fmt.Sprint(v))
}
