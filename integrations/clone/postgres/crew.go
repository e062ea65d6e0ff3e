package postgres

import "context"

// crew opens as many sessions in the new database as there are workers, which
// only read, and has them do the jobs.
func (d Driver) crew(ctx context.Context, p place, jobs []job) error {
	var workers []*worker
	defer func() { dismiss(workers) }()
	for range min(d.workers(), len(jobs)) {
		s, err := d.open(ctx, p.target, opening{database: p.fresh, readOnly: true})
		if err != nil {
			return err
		}
		workers = append(workers, &worker{fresh: s})
	}
	return run(ctx, workers, jobs)
}
