package simulation_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	mutants = flag.String("mutants", "", "play the mutants whose name has this in it; \"all\": every one")
	patient = flag.Int("patient", 200, "how many seeds are played to find a mutant")
)

// A mutant is the program with a bug planted in it: one that the simulation has to
// find. The planting is done by the compiler (go build -overlay); there is no
// switch for it in the program.
type mutant struct {
	name  string
	edits []edit
}

// An edit is a piece of a file and what it becomes.
type edit struct{ file, old, new string }

var planted = []mutant{
	{"an attempt is not noted before it is made", []edit{{"bot/runner/outbox.go",
		"	err := r.Store.Attempt(ctx, row.Message.Key, r.Clock.Now())\n	if bot.KindOf(err) == bot.Conflict {",
		"	var err error\n	if bot.KindOf(err) == bot.Conflict {"}}},
	{"an event that can't be dealt with is dropped", []edit{{"bot/runner/inbox.go",
		"	return true, r.putOff(ctx, row, err)",
		"	c, err := r.Store.Conversation(ctx, row.Event.Ticket)\n	if err != nil {\n		return true, err\n	}\n" +
			"	return true, r.Store.Commit(ctx, bot.Commit{EventID: row.Event.ID, Was: c.Version, Next: c, Now: r.Clock.Now()})"}}},
	{"comments go out without their key", []edit{{"integrations/jira/comment.go",
		"			{Key: effectProperty, Value: wireEffect{Key: string(key)}},\n", ""}}},
	{"messages in Slack go out without their key", []edit{{"integrations/slack/blocks.go",
		"	if key != \"\" {\n		o = append(o,", "	if key == \"never\" {\n		o = append(o,"}}},
	{"what is in doubt is sent again without a look", []edit{{"bot/runner/outbox.go",
		"	return r.lookFirst(ctx, row, p)", "	return false, nil"}}},
	{"no answer from Slack is taken for a refusal", []edit{{"integrations/slack/errors.go",
		"func writing(op string, err error) error { return translate(op, err, bot.Ambiguous) }",
		"func writing(op string, err error) error { return translate(op, err, bot.Unavailable) }"}}},
	{"what may still land is not waited for", []edit{{"bot/runner/outbox.go",
		"	if !now.Before(landed) {", "	if !now.Before(row.Last) {"}}},
	{"a card that may stand somewhere is superseded", []edit{{"store/boltstore/outbox.go",
		"old.State == bot.Waiting && !old.Doubt", "old.State == bot.Waiting"}}},
	{"a drawing that is superseded is sent all the same", []edit{{"store/boltstore/outbox.go",
		"		old.State = bot.Superseded\n", "		r.Place, old.Place = old.Place, r.Place\n"}}},
	{"a clone that is running is begun again", []edit{{"bot/step_run.go",
		"	t.c.State = Running\n	t.c.Stopped = nil\n	t.c.Booked.Begun = true\n", "	t.c.Stopped = nil\n"}}},
	{"an approval holds whatever is changed", []edit{{"bot/step_judge.go",
		"!h.chosen && t.c.Hash(b.Label) == b.Hash &&\n		!slices.Contains(h.changed, ticket.AskWindows)", "!h.chosen"}}},
	{"anybody may approve", []edit{{"bot/step_engineer.go",
		"	case !s.Approver:\n		t.refuse(cmd, Whisper{Why: WhyNotApprover, By: string(s.Refusal)})", "	case false:"}}},
	{"the requester may approve", []edit{{"bot/step_engineer.go",
		"		t.refuse(cmd, Whisper{Why: WhyRequester})", "		return true"}}},
	{"a slot is given to everybody who asks", []edit{{"bot/runner/facts.go",
		"		f.World.Taken = append(f.World.Taken, b.Booking)\n", ""}}},
	{"the ledger of bookings is not checked", []edit{{"store/boltstore/booking.go",
		"is != ledger {", "is < ledger {"}}},
	{"a confirmed request sets no timer", []edit{{"bot/step_clock.go",
		"		at = t.wakeConfirmed()\n", ""}}},
	{"a command is obeyed without a look at the ticket", []edit{{"bot/step_engineer.go",
		"	if t.c.State != Silent {\n		t.looked()\n	}\n", ""}}},
	{"a clone is begun without a look at the ticket", []edit{{"bot/step_clock.go",
		"	if !t.looked() {\n		return\n	}\n	b := t.c.Booked\n", "	b := t.c.Booked\n"}}},
	{"a run is settled before its end is kept", []edit{{"bot/runner/tasks.go",
		"	return r.Receive(ctx, bot.Event{\n		ID:     fmt.Sprintf(\"run/",
		"	if report.State.Over() {\n		if err := r.Store.SettleRun(ctx, run.ID); err != nil {\n			return false, err\n		}\n	}\n" +
			"	return r.Receive(ctx, bot.Event{\n		ID:     fmt.Sprintf(\"run/"}}},
	{"words approve what nobody could see", []edit{{"bot/step_engineer.go", "t.unseen(cmd):", "false:"}}},
	{"a restored store does not look for what the one before may have said", []edit{{"bot/store.go",
		"	if !r.Again {\n		return r.SentAs()\n	}\n	return EffectKey(", "	if r.Epoch != \"never\" {\n		return r.SentAs()\n	}\n	return EffectKey("}}},
	{"no clone knows when its window ends", []edit{
		{"integrations/clone/course.go", "	if m.end.IsZero() || p.overtime || !p.plan.beforeSwap(t.ID) {", "	if p != nil {"},
		{"bot/step_clock.go", "		t.wish(WishStop)\n", ""}}},
	{"addresses are copied as they are", []edit{
		{"integrations/clone/sqlite/connect.go", "		is := change(was, int(room))\n", "		is := was\n"},
		{"integrations/clone/sqlite/scan.go", "		if counts[i+1] > 0 {", "		if counts[i+1] < 0 {"}}},
}

const root = "../../.."

// TestMutants finds each planted bug's place in the source, so that the list can't
// rot. With -mutants it builds the simulation with each, and plays until the bug is
// found.
func TestMutants(t *testing.T) {
	for _, m := range planted {
		t.Run(m.name, func(t *testing.T) {
			overlay := m.plant(t)
			if *mutants == "all" || *mutants != "" && strings.Contains(m.name, *mutants) {
				m.hunt(t, overlay)
			}
		})
	}
}

// plant writes the mutated files beside the source, and the overlay that names them.
func (m mutant) plant(t *testing.T) (overlay string) {
	folder := t.TempDir()
	files := map[string]string{}
	for i, e := range m.edits {
		path, err := filepath.Abs(filepath.Join(root, e.file))
		require.NoError(t, err)
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(source), e.old), "%s has to hold this once:\n%s", e.file, e.old)
		mutated := filepath.Join(folder, string(rune('a'+i))+".go")
		require.NoError(t, os.WriteFile(mutated, []byte(strings.Replace(string(source), e.old, e.new, 1)), 0o600))
		files[path] = mutated
	}
	text, err := json.Marshal(map[string]any{"Replace": files})
	require.NoError(t, err)
	overlay = filepath.Join(folder, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, text, 0o600))
	return overlay
}

// found is how a seed says what it has broken.
var found = regexp.MustCompile(`seed ([0-9]+):\n\s*(.*)`)

// hunt builds the simulation with the mutant in it and plays until it is found.
func (m mutant) hunt(t *testing.T, overlay string) {
	binary := filepath.Join(t.TempDir(), "mutant.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, ".")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "build the mutant:\n%s", out)
	out, err = exec.CommandContext(t.Context(), binary, "-test.run", "^TestSimulation$", "-seeds", strconv.Itoa(*patient), "-enough").CombinedOutput()
	require.Error(t, err, "not found within %d seeds", *patient)
	why := found.FindSubmatch(out)
	require.NotNil(t, why, "it broke, and not for what a seed has shown:\n%s", out)
	t.Logf("found by seed %s: %s", why[1], why[2])
}
