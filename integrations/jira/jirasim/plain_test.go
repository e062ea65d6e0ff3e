package jirasim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct{ wiki, want string }{
		"words":     {"One\ntwo.\n\nThree.", "One\ntwo.\n\nThree."},
		"a list":    {"h4. What I read\n* one\n* {{two}}\n\nDone.", "What I read\n\n- one\n- two\n\nDone."},
		"styles":    {"a *bold* word and {*}half{*}way", "a bold word and halfway"},
		"a quote":   {"He said:\n{quote}\nfirst\nsecond\n{quote}\nEnd.", "He said:\n\n> first\n> second\n\nEnd."},
		"escaped":   {`\[~admin\] and \{macro\} and <b> & co`, "[~admin] and {macro} and <b> & co"},
		"a mention": {"[~admin] and [here|https://x.example]", "admin and here"},
		"joined":    {"https\u2060://x.example", "https://x.example"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, jirasim.Plain(c.wiki)) })
	}
}
