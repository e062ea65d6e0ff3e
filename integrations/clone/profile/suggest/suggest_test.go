package suggest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/profile/suggest"
)

// table describes one in a line: "name: column type, column type unique".
func table(line string) suggest.Table {
	name, columns, _ := strings.Cut(line, ": ")
	t := suggest.Table{Name: name}
	for _, c := range strings.Split(columns, ", ") {
		parts := strings.Fields(c)
		column := suggest.Column{Name: parts[0], Type: parts[1]}
		for _, word := range parts[2:] {
			switch {
			case word == "key":
				t.Key = append(t.Key, column.Name)
				column.Unique = true
			case word == "unique":
				column.Unique = true
			case strings.HasPrefix(word, "->"):
				t.References = append(t.References, suggest.Reference{Column: column.Name, Table: word[2:]})
			}
		}
		t.Columns = append(t.Columns, column)
	}
	return t
}

func propose(lines ...string) suggest.Proposal {
	var tables []suggest.Table
	for _, l := range lines {
		tables = append(tables, table(l))
	}
	return suggest.Propose(tables)
}

const users = "app_user: id integer key, login varchar unique, full_name varchar, password_hash varchar, active boolean"

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		table string
		role  profile.Role
	}{
		{"configuration_flag: name varchar key, value text", profile.Flags},
		{"SystemSettings: Key text key, Value text", profile.Flags},
		{"crm.feature_toggles: code text key, enabled boolean", profile.Flags},
		{"country_flag: country text key, picture bytea", profile.Business},
		{"messaging_channel: id integer key, endpoint text", profile.Messaging},
		{"email_templates: id integer key, body text", profile.Messaging},
		{"scheduled_task: id integer key, name text, enabled integer", profile.JobList},
		{"job: id integer key, title text, salary numeric", profile.Business},
		{"user_session: token text key, user_id integer ->app_user", profile.Emptied},
		{"training_session: id integer key, title text", profile.Business},
		{"webhooks: id integer key, url text", profile.Emptied},
		{"mailbox: id integer key, address text", profile.MailboxList},
		{"user_plan: user_id integer key ->app_user, plan text", profile.PlanList},
		{"subscription: id integer key, magazine text", profile.Business},
		{"database_grant: login text, object text, privilege text", profile.GrantList},
		{"database_login: name text key, secret_hash text", profile.Logins},
		{"service_accounts: name text key, token text", profile.SystemUsers},
		{"licence: serial text key, owner text", profile.Licence},
		{"driving_licence: id integer key, issued date", profile.Business},
		{"company_info: id integer key, name text, banner text", profile.CompanyInfo},
		{"company: id integer key, name text", profile.Business},
		{"oauth_client: id integer key, client_id text, client_secret text", profile.AppGrants},
		{"user_role: user_id integer key ->app_user, role text key", profile.UserList},
		{"project_member: id integer key, user_id integer ->app_user, hours numeric", profile.Business},
		{"invoice: id integer key, total numeric", profile.Business},
	} {
		name, _, _ := strings.Cut(c.table, ":")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := propose(users, c.table)
			require.Equal(t, c.role, p.Profile.Role(name), "open: %v", p.Open)
		})
	}
}

func TestUsersAreTheTableThatMostReferTo(t *testing.T) {
	t.Parallel()
	p := propose(
		"portal_account: id integer key, login text unique, active boolean",
		users,
		"ticket: id integer key, agent_id integer ->app_user",
		"note: id integer key, author integer ->app_user, reader integer ->portal_account",
	)
	require.Equal(t, &profile.Users{
		Table: "app_user", ID: "id", Key: "login", Active: "active",
		Names: []string{"full_name"}, Credentials: []string{"password_hash"},
	}, p.Profile.Users)
	require.Contains(t, p.Why("users", "app_user"), "2 tables refer to it")
}

func TestUsersWithoutAKeyAreLeftOpen(t *testing.T) {
	t.Parallel()
	p := propose("user: id integer key, password text, active boolean")
	require.Nil(t, p.Profile.Users)
	require.Len(t, p.Open, 1)
	require.Contains(t, p.Open[0], "user: has passwords")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		column suggest.Column
		kind   profile.Kind
	}{
		"every value":         {suggest.Column{Name: "contact", Type: "text", Sampled: 9, Holding: 9, Whole: 9}, profile.Email},
		"inside":              {suggest.Column{Name: "notes", Type: "text", Sampled: 9, Holding: 1}, profile.Text},
		"whole, but not all":  {suggest.Column{Name: "login", Type: "text", Sampled: 9, Holding: 3, Whole: 3}, profile.Text},
		"by name":             {suggest.Column{Name: "email_private", Type: "varchar"}, profile.Email},
		"by name and value":   {suggest.Column{Name: "Email", Type: "varchar", Sampled: 9, Holding: 8, Whole: 7}, profile.Email},
		"no text":             {suggest.Column{Name: "wants_mail", Type: "boolean"}, ""},
		"a type of their own": {suggest.Column{Name: "contact", Type: "mailaddress", Sampled: 1, Holding: 1, Whole: 1}, profile.Email},
		"a message's id":      {suggest.Column{Name: "message_id", Type: "text", Sampled: 9, Holding: 9}, profile.Ignore},
		"none":                {suggest.Column{Name: "title", Type: "text", Sampled: 9}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := suggest.Propose([]suggest.Table{{Name: "person", Columns: []suggest.Column{c.column}}})
			require.Equal(t, c.kind, p.Profile.Addresses["person"][c.column.Name])
		})
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	login := suggest.Column{Name: "login", Type: "text"}
	for _, value := range []string{"ann", "svc_crm", "api", "apiary", "svc_crm", "jo@x.example", "of jo@x.example"} {
		login.Look(value)
	}
	require.Equal(t, suggest.Column{
		Name: "login", Type: "text", Sampled: 7, Holding: 2, Whole: 1, Service: []string{"svc_crm", "api"},
	}, login)
	title := suggest.Column{Name: "title", Type: "text"}
	title.Look("system")
	require.Empty(t, title.Service, "no login")
}

func TestSecretsAndObjects(t *testing.T) {
	t.Parallel()
	p := propose(
		"messaging_channel: id integer key, endpoint text, password text",
		"device: id integer key, api_key text, token_count integer, endpoint text",
		"document: id integer key, blob_key text",
		"attachment: id integer key, blob_key text",
	)
	require.Equal(t, map[string][]string{
		"messaging_channel": {"endpoint", "password"}, "device": {"api_key"},
	}, p.Profile.Secrets)
	require.Equal(t, map[string]profile.Objects{"archive": {Table: "document", Key: "blob_key"}}, p.Profile.Objects)
	require.Equal(t, []string{"attachment.blob_key names objects too, as document.blob_key does"}, p.Open)
}

func TestWhatIsWrittenCanBeRead(t *testing.T) {
	t.Parallel()
	odd := suggest.Table{Name: "setting: #1\n- yes", Columns: []suggest.Column{
		{Name: "key", Type: "text"}, {Name: "null", Type: "text", Sampled: 1, Holding: 1}, {Name: "value", Type: "text"},
	}}
	app := table(users)
	app.Columns[1].Service = []string{"svc_integration", "1e3"}
	p := suggest.Propose([]suggest.Table{
		odd, app,
		table("user_role: user_id integer key ->app_user, role text key"),
		table("scheduled_task: id integer key, name text, enabled integer, locked_by text, next_run text"),
		table("document: id integer key, blob_key text"),
		table("user_plan: user_id integer key ->app_user, plan text"),
	})
	require.NotEmpty(t, p.Open)

	var file bytes.Buffer
	require.NoError(t, p.Write(&file, "abcd_prod\nmailboxes: {}"))
	read, err := profile.Parse(bytes.NewReader(file.Bytes()))
	require.NoError(t, err, file.String())
	require.Equal(t, &p.Profile, read, file.String())
	require.Contains(t, file.String(), `# its name says "scheduled task", and it has a column that switches each on`)
	require.Contains(t, file.String(), "# Not decided:")
}

func TestNothingToSay(t *testing.T) {
	t.Parallel()
	p := propose("invoice: id integer key, total numeric")
	var file bytes.Buffer
	require.NoError(t, p.Write(&file, "abcd_prod"))
	read, err := profile.Parse(&file)
	require.NoError(t, err)
	require.Equal(t, &profile.Profile{}, read)
}
