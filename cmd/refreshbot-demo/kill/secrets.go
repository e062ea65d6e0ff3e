package kill

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// Kept is the promise that what is secret stays so.
const Kept promise.Promise = "no secret and no client's address stands where it does not belong"

// maskKey is the file of the key that the clone engine masks addresses with.
const maskKey = "mask.key"

// A found is a text that the daemon has left somewhere, with who may read it.
type found struct {
	where  string
	text   string
	tenant string // whose clients read it; empty: nobody's
	inside bool   // only the daemon reads it
}

// leaks looks through everything that the daemon wrote, to whomever, for secrets
// and for clients' addresses.
func (s *site) leaks() ([]promise.Violation, error) {
	secrets, err := s.forms()
	if err != nil {
		return nil, err
	}
	all, err := s.written()
	if err != nil {
		return nil, err
	}
	var leaks []promise.Violation
	for _, f := range all {
		for name, secret := range secrets {
			if strings.Contains(f.text, secret) {
				leaks = append(leaks, promise.Violation{Promise: Kept, About: f.where, What: "the secret " + name})
			}
		}
		for _, t := range s.tenants {
			if !f.inside && f.tenant != t.Name && strings.Contains(f.text, mailOf(t)) {
				leaks = append(leaks, promise.Violation{Promise: Kept, About: f.where, What: "the address of " + t.Reporter})
			}
		}
	}
	return leaks, nil
}

// forms returns every secret in the forms in which one gets about.
func (s *site) forms() (map[string]string, error) {
	key, err := os.ReadFile(filepath.Join(s.dir, "systems", maskKey))
	if err != nil {
		return nil, err
	}
	all := map[string]string{
		"jira_token, as it is sent": base64.StdEncoding.EncodeToString([]byte(botUser + ":" + botToken)),
		maskKey:                     string(key),
		maskKey + ", in hex":        hex.EncodeToString(key),
		maskKey + ", in base64":     base64.StdEncoding.EncodeToString(key),
	}
	for name, secret := range secrets() {
		all[name] = secret
		all[name+", in hex"] = hex.EncodeToString([]byte(secret))
		all[name+", in base64"] = base64.StdEncoding.EncodeToString([]byte(secret))
	}
	return all, nil
}

// written returns what the daemon wrote: to its log, to its store and the files
// beside it, on its pages, on tickets and in Slack.
func (s *site) written() ([]found, error) {
	log, err := os.ReadFile(s.bot.Log)
	if err != nil {
		return nil, err
	}
	all := []found{{where: "the log", text: string(log)}}
	for _, page := range []string{"metrics", "readyz", "healthz"} {
		text, err := read("http://" + s.doors["admin"] + "/" + page)
		if err != nil {
			return nil, err
		}
		all = append(all, found{where: "the page " + page, text: text})
	}
	for _, t := range s.desk.Tickets() {
		for _, c := range t.Comments {
			if c.ByBot {
				all = append(all, found{where: "ticket " + t.Key, text: fmt.Sprint(c.Body, c.Properties), tenant: s.tenantOf(t.Reporter)})
			}
		}
	}
	files, err := s.files()
	return append(append(all, s.spoken()...), files...), err
}

func (s *site) tenantOf(reporter string) string {
	for _, t := range s.tenants {
		if t.Reporter == reporter {
			return t.Name
		}
	}
	return ""
}

// spoken returns what stands in Slack.
func (s *site) spoken() (all []found) {
	ch := s.chat.Channel(channel)
	add := func(where string, list []slacksim.Message) {
		for _, m := range list {
			if m.User == slacksim.BotUser {
				all = append(all, found{where: where, text: m.Text + m.Words() + m.Metadata})
			}
		}
	}
	add("the channel", ch.Messages())
	for _, m := range ch.Messages() {
		add("a thread", ch.Replies(m.TS))
	}
	for _, who := range approvers {
		add("a whisper", ch.Whispers(who))
		if home, ok := s.chat.Home(who); ok {
			all = append(all, found{where: "the home of " + who, text: home.Words()})
		}
	}
	return all
}

// files returns the store, and what lies beside it: what was given to the daemon,
// and the tenants' own databases, are not its words.
func (s *site) files() (all []found, err error) {
	given := secrets()
	err = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		_, secret := given[name]
		tenants := strings.Contains(name, ".db") && path != s.store
		if err != nil || !d.Type().IsRegular() || secret || tenants || name == maskKey || path == s.bot.Log {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, found{where: name, text: string(text), inside: true})
		return err
	})
	return all, err
}

// upset has every kind of error come up at the vendors once more, since errors are
// what secrets like to travel in, and waits until the daemon has met them.
func (s *site) upset(ctx context.Context) {
	s.desk.Revoke(true)
	s.chat.Fail("chat.postMessage", slacksim.Refused("invalid_auth"), slacksim.Broken(500), slacksim.LostAnswer())
	s.desk.File(s.tenants[0].Reporter, "Database refresh", "Please refresh "+s.tenants[0].Target.Name)
	for range 20 {
		s.clock.JumpTo(s.clock.Now().Add(time.Minute))
		rest(ctx, 10*pace)
	}
	s.desk.Revoke(false)
}

func read(url string) (string, error) {
	resp, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}
