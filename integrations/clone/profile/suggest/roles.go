package suggest

import (
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A rule gives tables a role: what their names say, and the columns that have to
// bear it out.
type rule struct {
	section string
	says    []string
	// take reads the columns into the profile and returns why; where they do not
	// bear out the name it returns what is missing.
	take func(d *draft, t Table) (why, missing string)
}

// rules returns the rules, the more particular ones first.
func rules() []rule {
	return []rule{
		{"apps", []string{"app authorization", "app authorisation", "app grant", "oauth client", "oauth application",
			"oauth app", "connected app", "api client"}, takeApps},
		{"jobs", []string{"scheduled task", "scheduled job", "task schedule", "job schedule", "cron job", "cron",
			"batch task", "schedule", "job"}, takeJobs},
		{"empty", []string{"session", "webhook", "inbound mail", "incoming mail", "mail queue", "email queue", "outbox",
			"message queue", "password reset", "access token", "refresh token", "push subscription"}, takeEmpty},
		{"mailboxes", []string{"mailbox", "mail account", "email account", "imap account"}, takeMailboxes},
		{"messaging", []string{"messaging", "smtp", "mail server", "mail channel", "email channel", "mail template",
			"email template", "message template", "notification template", "notification channel", "email setting",
			"mail setting", "sms gateway", "sms provider"}, takeMessaging},
		{"plans", []string{"user plan", "user licence", "user license", "subscription"}, takePlans},
		{"grants", []string{"database grant", "db grant", "table grant", "table privilege"}, takeGrants},
		{"logins", []string{"database login", "db login", "sql login", "database user", "db user"}, takeLogins},
		{"system_users", []string{"system user", "service account", "technical user"}, takeSystemUsers},
		{"licence", []string{"licence", "license", "serial number", "product key"}, takeLicence},
		{"company", []string{"company info", "tenant info", "owner company", "organisation info", "organization info",
			"installation info", "site info"}, takeCompany},
		{"flags", []string{"configuration", "config", "setting", "feature flag", "feature toggle", "configuration flag",
			"system parameter", "system property", "registry", "flag"}, takeFlags},
	}
}

// place gives a table the first role that fits it.
func (d *draft) place(t Table) {
	if d.taken[t.Name] {
		return
	}
	for _, r := range rules() {
		phrase := says(t.Name, r.says...)
		if phrase == "" {
			continue
		}
		why, missing := r.take(d, t)
		if missing != "" {
			d.unsure("%s: its name says %q (%s), but it has no %s", t.Name, phrase, r.section, missing)
			continue
		}
		d.because(r.section, t.Name, "its name says %q, and it has %s", phrase, why)
		return
	}
}

// one reports what is missing where a section has its table already.
func one(taken bool, what string) string {
	if taken {
		return what + " beside the one that is proposed"
	}
	return ""
}

func takeApps(d *draft, t Table) (why, missing string) {
	name := t.named(Column.textual, "app", "app_name", "client_id", "name", "title")
	var token string
	for _, c := range t.Columns {
		if token == "" && secret(c) && c.Name != name {
			token = c.Name
		}
	}
	if missing := one(d.Profile.Apps != nil, "place"); missing != "" {
		return "", missing
	}
	if name == "" || token == "" {
		return "", "column with the app's name, or none with its secret"
	}
	d.Profile.Apps = &profile.Apps{Table: t.Name, Name: name, Secret: token}
	return "a name and a secret", ""
}

func takeJobs(d *draft, t Table) (why, missing string) {
	j := profile.Jobs{
		Table:   t.Name,
		Name:    t.named(Column.textual, "name", "job_name", "task_name", "title", "code"),
		Enabled: t.named(Column.switching, "enabled", "is_enabled", "active", "is_active"),
		Owner:   t.named(Column.textual, "locked_by", "lock_owner", "claimed_by", "owner", "worker"),
		Lease:   t.named(Column.any, "locked_until", "lease_until", "lease_expires", "lock_expires", "claimed_until"),
	}
	if j.Name == "" || j.Enabled == "" {
		return "", "column with a name, or none that switches it on"
	}
	if missing := one(d.Profile.Jobs != nil, "place"); missing != "" {
		return "", missing
	}
	for _, c := range []string{j.Owner, j.Lease, t.named(Column.any, "next_run", "next_run_at", "next_execution", "run_at")} {
		if c != "" {
			j.Clear = append(j.Clear, c)
		}
	}
	d.Profile.Jobs = &j
	return "a column that switches each on", ""
}

func takeEmpty(d *draft, t Table) (why, missing string) {
	for _, c := range t.Columns {
		acts := says(c.Name, "token", "url", "sender", "expire", "expiry", "signing key", "recipient", "endpoint", "opened", "sent")
		if acts != "" {
			d.Profile.Empty = append(d.Profile.Empty, t.Name)
			return "a column " + c.Name + ": of no use in a copy, or dangerous", ""
		}
	}
	return "", "column that would act on the world or let somebody in"
}

func takeMailboxes(d *draft, t Table) (why, missing string) {
	address := t.named(Column.textual, "address", "email", "email_address", "mail_address")
	if address == "" {
		return "", "column with an address"
	}
	if missing := one(d.Profile.Mailboxes != nil, "place"); missing != "" {
		return "", missing
	}
	d.Profile.Mailboxes = &profile.Mailboxes{
		Table: t.Name, Address: address, Name: t.named(Column.textual, "name", "title", "display_name"),
	}
	return "an address each; one test mailbox is left", ""
}

func takeMessaging(d *draft, t Table) (why, missing string) {
	c, ok := t.column("endpoint", "host", "server", "sender", "from_address", "body", "template", "value", "url", "provider")
	if !ok {
		return "", "column of an endpoint, a sender or a text"
	}
	d.Profile.Messaging = append(d.Profile.Messaging, t.Name)
	return "a column " + c.Name, ""
}

func takePlans(d *draft, t Table) (why, missing string) {
	u := d.Profile.Users
	plan := t.named(Column.textual, "plan", "plan_name", "tier", "licence", "license")
	if u == nil || t.refersTo(u.Table) == "" || plan == "" {
		return "", "column of a plan in words for each of the users"
	}
	if missing := one(d.Profile.Plans != nil, "place"); missing != "" {
		return "", missing
	}
	d.Profile.Plans = &profile.Plans{Table: t.Name, User: t.refersTo(u.Table), Plan: plan, Name: "sandbox"}
	d.unsure("plans.name: which plan may users of a copy have? \"sandbox\" is a guess")
	return "a plan for each user", ""
}

func takeGrants(d *draft, t Table) (why, missing string) {
	g := profile.Grants{
		Table:     t.Name,
		Login:     t.named(Column.textual, "login", "grantee", "role", "user_name"),
		Object:    t.named(Column.textual, "object", "table_name", "object_name"),
		Privilege: t.named(Column.textual, "privilege", "permission", "right"),
		Reader:    "customer_query",
	}
	if g.Login == "" || g.Object == "" || g.Privilege == "" {
		return "", "columns of a login, an object and a privilege"
	}
	if missing := one(d.Profile.Grants != nil, "place"); missing != "" {
		return "", missing
	}
	d.Profile.Grants = &g
	d.unsure("grants.reader: which login may read a copy? \"customer_query\" is a guess")
	return "login, object and privilege", ""
}

func takeLogins(d *draft, t Table) (why, missing string) {
	for _, c := range t.Columns {
		if secret(c) {
			d.Profile.Logins = append(d.Profile.Logins, t.Name)
			return "a column " + c.Name, ""
		}
	}
	return "", "column of a password"
}

func takeSystemUsers(d *draft, t Table) (why, missing string) {
	for _, c := range t.Columns {
		if secret(c) {
			d.Profile.SystemUsers = append(d.Profile.SystemUsers, t.Name)
			return "a column " + c.Name, ""
		}
	}
	return "", "column of a password or token"
}

func takeLicence(d *draft, t Table) (why, missing string) {
	serial := t.named(Column.textual, "serial", "serial_number", "licence_key", "license_key", "key", "product_key")
	if serial == "" {
		return "", "column of a serial number or key"
	}
	d.Profile.Licence = append(d.Profile.Licence, t.Name)
	return "a column " + serial, ""
}

func takeCompany(d *draft, t Table) (why, missing string) {
	banner := t.named(Column.textual, "banner", "notice", "environment_banner", "environment_label")
	if banner == "" {
		return "", "column for a banner that says what the database is a copy of"
	}
	if missing := one(d.Profile.Company != nil, "place"); missing != "" {
		return "", missing
	}
	d.Profile.Company = &profile.Company{Table: t.Name, Banner: banner}
	return "a banner", ""
}

func takeFlags(d *draft, t Table) (why, missing string) {
	name := t.named(Column.textual, "name", "key", "code", "parameter", "flag", "setting", "option")
	value := t.named(Column.any, "value", "val", "enabled", "is_enabled", "data", "content", "state")
	if name == "" || value == "" {
		return "", "pair of name and value"
	}
	d.Profile.Flags = append(d.Profile.Flags, t.Name)
	return "a " + name + " and a " + value + " in each row", ""
}
