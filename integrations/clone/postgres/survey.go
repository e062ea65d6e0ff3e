package postgres

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// exact is up to how many bytes the rows of a table are counted. Of a larger one
// the server's own estimate is taken: counting would read all of it.
const exact = 8 << 20

// usualRate is how many bytes are copied in a second between servers that have
// something else to do: where they have not, several times as many.
const usualRate = 32 << 20

// Survey implements clone.Surveyor.
func (d Driver) Survey(ctx context.Context, s clone.Site) (clone.Survey, error) {
	survey := clone.Survey{Rate: usualRate}
	p, err := d.locate(s)
	if err != nil {
		return survey, err
	}
	source, err := d.open(ctx, p.source, opening{readOnly: true})
	if err != nil {
		return survey, err
	}
	defer source.close()
	target, err := d.open(ctx, p.target, opening{readOnly: true})
	if err != nil {
		return survey, err
	}
	defer target.close()
	if survey.Notes, err = admit(ctx, source, target); err != nil {
		return survey, err
	}
	if survey.Source, err = source.facts(ctx); err != nil {
		return survey, err
	}
	large, err := source.blobFacts(ctx)
	if err != nil {
		return survey, err
	}
	survey.Source.Loose = []clone.Table{large}
	if survey.Target, err = target.facts(ctx); err != nil {
		return survey, err
	}
	survey.Free, err = target.free(ctx)
	return survey, err
}

// facts looks at a database.
func (s *session) facts(ctx context.Context) (clone.Facts, error) {
	var f clone.Facts
	is, err := s.find(ctx, s.name)
	if err != nil {
		return f, err
	}
	f.Identity = is.identity()
	if f.Bytes, err = value[int64](ctx, s, "SELECT pg_database_size(current_database())"); err != nil {
		return f, err
	}
	tables, err := s.tables(ctx)
	if err != nil {
		return f, err
	}
	for _, t := range tables {
		is := clone.Table{Name: t.String()}
		if is.Rows, err = s.count(ctx, t); err != nil {
			return f, err
		}
		for _, c := range t.columns {
			is.Columns = append(is.Columns, clone.Column{Name: c.name, Length: c.length})
		}
		if err := s.search(ctx, t, is.Columns); err != nil {
			return f, err
		}
		f.Tables = append(f.Tables, is)
	}
	return f, nil
}

// count returns how many rows a table has, or about how many.
func (s *session) count(ctx context.Context, t table) (rows int64, err error) {
	for _, p := range t.parts {
		n := int64(p.rows)
		if p.bytes <= exact || n < 0 {
			if n, err = value[int64](ctx, s, "SELECT count(*) FROM ONLY "+p.sql()); err != nil {
				return 0, err
			}
		}
		rows += n
	}
	return rows, nil
}

// Busy implements clone.Surveyor.
func (d Driver) Busy(ctx context.Context, s clone.Site, jobs profile.Jobs, now time.Time) ([]string, error) {
	p, err := d.locate(s)
	if err != nil || jobs.Owner == "" {
		return nil, err
	}
	target, err := d.open(ctx, p.target, opening{readOnly: true})
	if err != nil {
		return nil, err
	}
	defer target.close()
	query := fmt.Sprintf("SELECT %s::text FROM %s WHERE %s IS NOT NULL",
		quote(jobs.Name), relationOf(jobs.Table).sql(), quote(jobs.Owner))
	if jobs.Lease != "" {
		query += fmt.Sprintf(" AND %s::text::timestamptz > %s", quote(jobs.Lease), literal(now.UTC().Format(time.RFC3339Nano)))
	}
	return target.column(ctx, query)
}

// Serving implements clone.Surveyor.
func (d Driver) Serving(ctx context.Context, s clone.Site) (clone.Identity, error) {
	p, admin, err := d.administer(ctx, s)
	if err != nil {
		return "", err
	}
	defer admin.close()
	is, err := admin.find(ctx, p.target.config.Database)
	return is.identity(), err
}

// free returns the free bytes of the disk that a database is on, or -1 where that
// can't be told: PostgreSQL does not say, and its disk may be another machine's.
func (s *session) free(ctx context.Context) (int64, error) {
	const unknown = -1
	host, _, err := net.SplitHostPort(s.PgConn().Conn().RemoteAddr().String())
	if ip := net.ParseIP(host); err == nil && (ip == nil || !ip.IsLoopback()) {
		return unknown, nil
	}
	folder, err := value[string](ctx, s, `SELECT COALESCE(NULLIF(pg_tablespace_location(dattablespace), ''),
		current_setting('data_directory')) FROM pg_database WHERE datname = current_database()`)
	if bot.KindOf(err) == bot.Denied {
		return unknown, nil
	}
	if err != nil {
		return 0, err
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return unknown, nil //nolint:nilerr // the folder is in another container, or not for us to see
	}
	return int64(disk.Bavail) * int64(disk.Bsize), nil //nolint:unconvert // Bsize is narrower on some machines
}
