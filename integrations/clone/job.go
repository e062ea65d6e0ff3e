package clone

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A Job is what a task works on: the run, its two environments, and the systems
// that they live on.
type Job struct {
	Run     bot.Run
	Source  Environment
	Target  Environment
	Profile *profile.Profile
	Config  Config
	Ports   Ports
	DB      Database // the driver of both environments

	results map[TaskID]json.RawMessage
}

// An Environment is one of a tenant's systems, as the engine knows it.
type Environment struct {
	Name          string
	Database      string // "sqlite:PATH"
	Production    bool
	SchemaVersion string // empty: not known
}

// A Config is how the engine is set up.
type Config struct {
	Environments []Environment
	Profile      *profile.Profile
	MailDomain   string        // what masked addresses end in
	MaskKey      []byte        // keeps the suffixes of masked addresses from being guessed
	Retention    time.Duration // how long what was parked is kept
	Patience     time.Duration // how long a task waits for customers' jobs and for nodes; default 10 min
}

// Ports are the systems that the engine works on.
type Ports struct {
	Runs      bot.Runs
	Clock     bot.Clock
	Databases map[string]Database // by the scheme of a database's name: "sqlite"
	Directory Directory
	Objects   Objects
	Mail      Mail
	Apps      Apps
}

// site names both databases for the driver.
func (j *Job) site() Site {
	return Site{Run: j.Run.ID, Source: j.Source.Database, Target: j.Target.Database}
}

// store names an object store for the driver.
func (j *Job) store(name string) Store {
	return Store{Run: j.Run.ID, Name: name, Source: j.Source.Name, Target: j.Target.Name}
}

// generation names the database that the run makes.
func (j *Job) generation() string { return string(j.Run.ID) }

// now returns the present instant, in whole seconds: what is written down must
// be read back the same.
func (j *Job) now() time.Time { return j.Ports.Clock.Now().UTC().Truncate(time.Second) }

// read returns what an earlier task left behind.
func read[T any](j *Job, id TaskID) (T, error) {
	var data T
	text, ok := j.results[id]
	if !ok {
		return data, bot.Errorf(bot.Internal, "clone: read result", "task %s left none", id)
	}
	if err := json.Unmarshal(text, &data); err != nil {
		return data, fmt.Errorf("read result of task %s: %w", id, err)
	}
	return data, nil
}
