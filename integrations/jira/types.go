package jira

import (
	"encoding/json"
	"fmt"
	"time"
)

// The wire: only what is read or written, tolerant of everything else. Texts
// that may come as a string or as a document are kept raw.

type wireServerInfo struct {
	DeploymentType string `json:"deploymentType"` // "Cloud", "Server"
}

// A wireUser is an account. Cloud and Data Center share almost no field of it.
type wireUser struct {
	AccountID   string `json:"accountId"`   // Cloud
	AccountType string `json:"accountType"` // Cloud: "atlassian", "customer", "app"
	Key         string `json:"key"`         // Data Center
	Name        string `json:"name"`        // Data Center
	Email       string `json:"emailAddress"`
	DisplayName string `json:"displayName"`
}

// id returns what tells the account from others; empty for an anonymous one.
func (u *wireUser) id() string {
	switch {
	case u == nil:
		return ""
	case u.AccountID != "":
		return u.AccountID
	case u.Key != "":
		return u.Key
	}
	return u.Name
}

// A wireField describes a field; Custom names the type of a custom one.
type wireField struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Schema struct {
		Custom string `json:"custom"`
	} `json:"schema"`
}

// A wireIssue keeps its fields raw: they are read twice, once for those with a
// name and once for those that only have an id.
type wireIssue struct {
	Key        string          `json:"key"`
	Fields     json.RawMessage `json:"fields"`
	Changelog  wireChangelog   `json:"changelog"`
	Properties struct {
		Transition *wireMoved `json:"refreshbot.transition"`
	} `json:"properties"`
}

type wireFields struct {
	Summary     string          `json:"summary"`
	Description json.RawMessage `json:"description"`
	Created     wireTime        `json:"created"`
	Updated     wireTime        `json:"updated"`
	Reporter    *wireUser       `json:"reporter"`
	Status      wireStatus      `json:"status"`
	Labels      []string        `json:"labels"`
	Project     struct {
		Key string `json:"key"`
	} `json:"project"`
}

type wireStatus struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Category struct {
		Key string `json:"key"` // "new", "indeterminate", "done"
	} `json:"statusCategory"`
}

// A wireChangelog is what comes along with an issue: all changes, or the latest
// hundred of them.
type wireChangelog struct {
	Total     int          `json:"total"`
	Histories []wireChange `json:"histories"`
}

// A wireChangePage is a page of the changelog's own address.
type wireChangePage struct {
	Total  int          `json:"total"`
	Values []wireChange `json:"values"`
}

// A wireChange is one change of some fields, made at once.
type wireChange struct {
	Author  *wireUser        `json:"author"`
	Created wireTime         `json:"created"`
	Items   []wireChangeItem `json:"items"`
}

type wireChangeItem struct {
	Field      string `json:"field"`
	FromString string `json:"fromString"`
	To         string `json:"to"` // the id of a status, among others
}

type wireCommentPage struct {
	Total    int           `json:"total"`
	Comments []wireComment `json:"comments"`
}

type wireComment struct {
	ID         string          `json:"id"`
	Author     *wireUser       `json:"author"`
	Body       json.RawMessage `json:"body"`
	Created    wireTime        `json:"created"`
	Updated    wireTime        `json:"updated"`
	Public     *bool           `json:"jsdPublic"` // Cloud
	Properties []wireProperty  `json:"properties"`
}

// A wireListed is what is told of comments that were asked for by their ids.
type wireListed struct {
	IsLast bool          `json:"isLast"`
	Values []wireComment `json:"values"`
}

// A wireProperty is a property of a comment, readable by everybody who can read
// the comment.
type wireProperty struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

type wireTransition struct {
	ID   string     `json:"id"`
	Name string     `json:"name"`
	To   wireStatus `json:"to"`
}

// A wireTime is a time in the vendor's form, +0100 without a colon; absent and
// null are the zero time.
type wireTime struct{ time.Time }

// UnmarshalJSON reads a time into UTC.
func (t *wireTime) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil || s == "" {
		return err
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999-0700", time.RFC3339Nano} {
		if at, err := time.Parse(layout, s); err == nil && at.UnixMilli() >= 0 && at.UnixMilli() <= lastInstant {
			t.Time = at.UTC()
			return nil
		}
	}
	return fmt.Errorf("read time %q: unknown form", s)
}

// What is written.

type wireIDs struct {
	IDs []json.Number `json:"ids"`
}

type wireNewComment struct {
	Body       string            `json:"body"`
	Properties []wireNewProperty `json:"properties"`
}

type wireNewProperty struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// A wireVisibility is the value of the property that tells an internal comment
// from a public one. Always written: the vendor takes its absence for public.
type wireVisibility struct {
	Internal bool `json:"internal"`
}

// A wireEffect is the value of the property by which a comment is found again.
type wireEffect struct {
	Key string `json:"key"`
}

// A wireMove asks for a transition.
type wireMove struct {
	Transition wireRef           `json:"transition"`
	Fields     map[string]any    `json:"fields,omitempty"`
	Properties []wireNewProperty `json:"properties"`
}

type wireRef struct {
	ID string `json:"id"`
}

// A wireMoved is kept on the ticket by the transition itself: which one it was
// and the status that it led to.
type wireMoved struct {
	Transition string `json:"transition"`
	Status     string `json:"status"`
}
