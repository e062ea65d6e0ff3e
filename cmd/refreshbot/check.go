package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

func checkCommand() command {
	return command{
		name:    "check",
		args:    "[--config FILE] [--at RFC3339] [--region CODE]... [--tenant NAME] [--batch] [--format text|json] [FILE|-]",
		summary: "read a ticket's text and say what the bot would make of it",
		run:     runCheck,
	}
}

// longestTicket bounds one ticket's text; help centers allow far less.
const longestTicket = 16 << 20

type checkOptions struct {
	file, tenant string
	at           time.Time
	regions      []string
	batch        bool
	format       string
	input        string // a file; "-": the standard input
}

func runCheck(_ context.Context, sys system, args []string) error {
	opts, err := parseCheck(sys, args)
	if err != nil {
		return err
	}
	j, err := newJudge(opts, sys)
	if err != nil {
		return err
	}
	in, closeInput, err := opts.open(sys.stdin)
	if err != nil {
		return usageError{err}
	}
	defer closeInput()
	if opts.batch {
		return checkBatch(j, in, sys.stdout)
	}
	text, err := io.ReadAll(io.LimitReader(in, longestTicket+1))
	if err == nil && len(text) > longestTicket {
		err = errors.New("is longer than 16 MB")
	}
	if err != nil {
		return usagef("read the ticket: %w", err)
	}
	made, err := j.judge(request{text: string(text), at: opts.at})
	if err != nil {
		return err
	}
	if opts.format == "json" {
		return writeJSON(sys.stdout, made.wire())
	}
	return made.print(sys.stdout)
}

func parseCheck(sys system, args []string) (checkOptions, error) {
	opts := checkOptions{at: sys.clock.Now().UTC(), input: "-"}
	fs := newFlags()
	fs.StringVar(&opts.file, "config", "", "")
	fs.StringVar(&opts.tenant, "tenant", "", "")
	fs.BoolVar(&opts.batch, "batch", false, "")
	instantFlag(fs, "at", &opts.at)
	listFlag(fs, "region", &opts.regions)
	formatFlag(fs, &opts.format)
	rest, err := parse(fs, args, 1)
	if err != nil {
		return opts, err
	}
	if len(rest) == 1 {
		opts.input = rest[0]
	}
	if opts.tenant != "" && opts.file == "" {
		return opts, usagef("--tenant goes with --config, which says who the tenants are")
	}
	return opts, nil
}

// open returns the input and how to close it.
func (o checkOptions) open(stdin io.Reader) (io.Reader, func(), error) {
	if o.input == "-" {
		return stdin, func() {}, nil
	}
	f, err := os.Open(o.input)
	if err != nil {
		return nil, nil, fmt.Errorf("open the input: %w", err)
	}
	return f, func() { _ = f.Close() }, nil
}

// A judge reads texts and judges them in one world.
type judge struct {
	world   rules.World
	at      time.Time // of a request that does not say
	regions []string  // beside those of the request
}

func newJudge(opts checkOptions, sys system) (*judge, error) {
	world, err := loadWorld(opts.file, sys)
	if err != nil {
		return nil, err
	}
	j := &judge{world: world, at: opts.at}
	if j.regions, err = regionCodes(opts.regions); err != nil {
		return nil, err
	}
	if opts.tenant != "" {
		j.world.Tenant, err = tenantNamed(world.Registry, opts.tenant)
	}
	return j, err
}

func tenantNamed(r *rules.Registry, name string) (*rules.Tenant, error) {
	var names []string
	if r != nil {
		for i, t := range r.Tenants {
			if strings.EqualFold(t.Name, name) {
				return &r.Tenants[i], nil
			}
			names = append(names, t.Name)
		}
	}
	return nil, usagef("there is no tenant %q%s", name, nearest.Hint(name, names))
}

// A request is a text to be judged.
type request struct {
	text    string
	at      time.Time
	regions []string
}

// A judgement is what was read from a text and what the rules make of it.
type judgement struct {
	text    string
	answers ticket.Answers
	verdict rules.Verdict
	at      time.Time
}

func (j *judge) judge(r request) (judgement, error) {
	world := j.world
	world.Regions = append(r.regions, j.regions...)
	answers := ticket.Read(r.text, r.at)
	if world.Registry != nil && world.Tenant == nil {
		tenant, err := tenantOf(world.Registry, answers)
		if err != nil {
			return judgement{}, err
		}
		world.Tenant = tenant
	}
	return judgement{text: r.text, answers: answers, verdict: rules.Judge(answers, world, r.at), at: r.at}, nil
}

// tenantOf returns the tenant whose environments a text names, nil where it names
// none that is known.
func tenantOf(r *rules.Registry, a ticket.Answers) (*rules.Tenant, error) {
	var only *rules.Tenant
	for _, name := range named(a) {
		owner, _, found := r.Find(name)
		if !found || owner == only {
			continue
		}
		if only != nil {
			return nil, usagef("the environments are of several tenants, %s and %s: give --tenant", only.Name, owner.Name)
		}
		only = owner
	}
	return only, nil
}

// named returns the environments that a text names.
func named(a ticket.Answers) []string {
	var names []string
	for _, e := range append([]ticket.Environment{}, a.Environments...) {
		names = append(names, e.Written)
	}
	for _, e := range []*ticket.Environment{a.Source, a.Target} {
		if e != nil {
			names = append(names, e.Written)
		}
	}
	return names
}

var regionCode = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)

// regionCodes returns codes as ISO writes them. A code of the right form that the
// data do not know is let through: the rules say so, window by window.
func regionCodes(codes []string) ([]string, error) {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = strings.ToUpper(code)
		if !regionCode.MatchString(list[i]) {
			return nil, usagef("%q is not a region: want ISO 3166 such as SG or DE-HH", code)
		}
	}
	return list, nil
}
