package postgres

import (
	"context"
	"errors"
	"io"
)

// A relay carries rows from a COPY … TO STDOUT to a COPY … FROM STDIN, and counts
// and changes them on the way. The rows of a table that is not masked are neither
// taken apart nor converted: what the one server wrote the other reads.
//
// At no time is more of them in memory than a buffer's worth and one row.
type relay struct {
	format format
	// change puts the row into w, changed; nil: rows are carried as they are.
	change func(w *rowWriter, row []byte) error

	proving
	rows   rowWriter // what is on its way
	target io.Writer
}

// load is how much is sent at once: as much as one message of the client's
// library takes, several times.
const load = 4 * (64<<10 - 5)

// A reading is a COPY in a session.
type reading struct {
	*session
	statement string
}

// errTurnedAway is what the source's side ends with when the target's has ended.
var errTurnedAway = errors.New("the other side has ended")

// run carries the rows.
func (r *relay) run(ctx context.Context, from, to reading) error {
	out, in := io.Pipe()
	r.target = in
	r.rows.format = r.format
	read := make(chan error, 1)
	go func() {
		err := r.read(ctx, from)
		in.CloseWithError(err) // nil is the end
		read <- err
	}()
	_, err := to.copyIn(ctx, out, to.statement)
	out.CloseWithError(errTurnedAway)
	if cause := <-read; cause != nil && !errors.Is(cause, errTurnedAway) {
		return cause
	}
	return err
}

// read sends on what is read.
func (r *relay) read(ctx context.Context, from reading) error {
	if r.format == binaryFormat {
		r.rows.buf = append(append(r.rows.buf, signature...), make([]byte, 8)...)
	}
	if err := from.copyOut(ctx, &rowReader{format: r.format, row: r.row}, from.statement); err != nil {
		return err
	}
	if r.format == binaryFormat {
		r.rows.buf = append(r.rows.buf, trailer...)
	}
	return r.flush()
}

func (r *relay) row(row []byte) error {
	if r.change == nil {
		r.rows.copy(row)
	} else if err := r.change(&r.rows, row); err != nil {
		return err
	}
	if err := r.prove(r.rows.row()); err != nil {
		return err
	}
	if len(r.rows.buf) < load {
		return nil
	}
	return r.flush()
}

func (r *relay) flush() error {
	_, err := r.target.Write(r.rows.buf)
	r.rows.buf = r.rows.buf[:0]
	return err
}
