package tenants

import (
	"fmt"
	"strings"
	"time"
)

// How many rows the larger tables have; the test environments are a little
// older and smaller.
const (
	companies = 3_000
	persons   = 16_000
	tickets   = 19_000
	documents = 11_500
	users     = 300
	blobs     = 40 // documents with an object in the archive
)

// some returns how many rows a table gets in the environment.
func (w *writer) some(n int) int {
	if w.test() {
		n = n * 9 / 10
	}
	if w.env.small {
		return n / 50
	}
	return n
}

// own writes what belongs to the environment itself.
func (w *writer) own() {
	name := strings.ToLower(w.env.Name)
	w.rows("configuration_flag",
		[]any{"mode", w.env.Role, nil}, []any{"theme", name, nil},
		[]any{"payments", fmt.Sprint(!w.test()), w.key("payment-secret")})
	w.rows("messaging_channel",
		[]any{1, "smtp", "smtp." + name + ".internal:587", "desk@" + w.env.Domain, w.key("smtp-password")},
		[]any{2, "sms", "https://sms.example/" + name, nil, w.key("sms-password")})
	w.rows("messaging_template",
		[]any{1, "ticket opened", "Your ticket at " + w.env.Name + " was opened."},
		[]any{2, "ticket closed", "Your ticket at " + w.env.Name + " was closed."})
	w.rows("company_info", []any{1, w.env.Tenant + " Shipping (" + w.env.Role + ")", nil})
	w.rows("licence", []any{"SN-" + strings.ToUpper(name), w.env.Tenant + " Shipping", 500, "2030-12-31"})
	w.insert("scheduled_task", 12, func(i int) []any {
		return []any{i, fmt.Sprintf("job %02d", i), i%4/3 ^ 1, nil, nil, w.day(-1)}
	})
	w.rows("system_user", []any{"importer", w.key("importer-token")}, []any{"indexer", w.key("indexer-token")})
	w.rows("database_login", []any{name + "_app", w.key("app-login")}, []any{"customer_query", w.key("query-login")})
	w.rows("database_grant", []any{name + "_app", "*", "ALL"})
	w.rows("app_authorization",
		[]any{"crm-connector", w.key("crm-token"), w.day(200)}, []any{"bi-export", w.key("bi-token"), w.day(90)})
	w.rows("webhook", []any{1, "https://hooks.example/" + name, w.key("webhook-key")})
	w.rows("mailbox", []any{1, "desk@" + w.env.Domain, "desk"}, []any{2, "billing@" + w.env.Domain, "billing"})
}

// people writes the security list. Logins from 251 on differ between the two
// environments of a client, and the ids of all do.
func (w *writer) people() {
	offset := 0
	if w.test() {
		offset = 1_000
	}
	login := func(i int) string {
		switch {
		case i == 1:
			return "svc_integration"
		case i > 250 && w.test():
			return fmt.Sprintf("tester%03d", i)
		}
		return fmt.Sprintf("agent%03d", i)
	}
	w.insert("app_user", users, func(i int) []any {
		mail := login(i) + "@" + w.env.Domain
		if i == 1 && w.test() {
			mail = "integration@partner.example"
		}
		return []any{
			offset + i, login(i), "Agent " + surnames[i%len(surnames)], mail,
			w.key(fmt.Sprintf("password-%03d", i)), w.key(fmt.Sprintf("api-%03d", i)), i%10/9 ^ 1,
		}
	})
	w.insert("user_role", users, func(i int) []any {
		return []any{offset + i, []string{"admin", "agent", "agent", "reader"}[i%4]}
	})
	w.insert("user_session", 50, func(i int) []any {
		return []any{w.key(fmt.Sprintf("session-%02d", i)), offset + i, w.day(0)}
	})
}

// business writes what the client works with.
func (w *writer) business() {
	firstUser := 1
	if w.test() {
		firstUser = 1_001
	}
	w.insert("company", w.some(companies), func(i int) []any {
		name := fmt.Sprintf("%s Lines %04d", surnames[i%len(surnames)], i)
		return []any{i, name, address("office", i), notes(i)}
	})
	w.insert("person", w.some(persons), func(i int) []any {
		var private any
		if i%7 == 0 {
			private = tight(i)
		}
		return []any{i, 1 + i%w.some(companies), fullName(i), address(fullName(i), i), private, notes(i)}
	})
	w.insert("ticket", w.some(tickets), func(i int) []any {
		person := 1 + i%w.some(persons)
		return []any{
			i, person, firstUser + i%users, address(fullName(person), person), fmt.Sprintf("Voyage %05d", i),
			"Laytime is wrong. " + notes(i), float64(i%16) / 4, w.day(i % 700),
		}
	})
	w.rows("document_template",
		[]any{1, "Letter", "letter.odt"}, []any{2, "Invoice", "invoice.odt"}, []any{3, "Laytime", "laytime.odt"})
	w.insert("document", w.some(documents), func(i int) []any {
		var key any
		if i <= blobs {
			key = documentKey(i)
		}
		preview := []byte{byte(i), byte(i >> 8), 0xff}
		return []any{i, 1 + i%w.some(tickets), fmt.Sprintf("Statement %05d", i), notes(i), preview, key}
	})
	w.rows("package", []any{1, "routes", "3.1", "routes-3.1.pkg"}, []any{2, "ports", "8.0", "ports-8.0.pkg"})
	w.insert("inbound_mail", 200, func(i int) []any {
		return []any{i, address("sender", i), "Re: voyage " + fmt.Sprint(i)}
	})
}

func documentKey(i int) string { return fmt.Sprintf("%02d/statement-%03d.pdf", i%4, i) }

var (
	givenNames = []string{
		"Ada", "Björn", "Chloé", "Dmitri", "Élodie", "Farid", "Grace", "Hiro", "Ines", "Jürgen", "Kofi", "Lena",
	}
	surnames = []string{
		"Akers", "Bauer", "Cruz", "Dahl", "Engel", "Fabre", "Groß", "Huang", "Ivers", "Jensen", "Kruse", "Lind", "Mendes",
	}
)

func fullName(i int) string {
	return givenNames[i%len(givenNames)] + " " + surnames[i%len(surnames)]
}

// address returns an address, each number another one, every eighth of a kind
// that is easily got wrong.
func address(name string, i int) string {
	plain := fmt.Sprintf("%s.%05d", strings.ToLower(strings.ReplaceAll(name, " ", ".")), i)
	switch i % 64 {
	case 0:
		return fmt.Sprintf(`"%s %05d"@quoted.example`, name, i)
	case 8:
		return fmt.Sprintf("a_%d@b.example", i-i%64) // the next one is its twin
	case 9:
		return fmt.Sprintf("a@%d_b.example", i-i%64)
	case 16:
		return plain + "+voyage@tagged.example"
	case 24:
		return strings.Repeat("long.", 11) + fmt.Sprintf("%05d@long.example", i)
	case 32:
		return plain + "@müller.example"
	case 40:
		return fmt.Sprintf("_%d_@_sip.example", i)
	case 48:
		return fmt.Sprintf("%s@%s.example", plain, strings.Repeat("harbour-", 12)+"office")
	case 56:
		return fmt.Sprintf("%05d@[192.0.2.%d]", i, i%250)
	}
	return plain + "@" + strings.ToLower(surnames[i%12]) + ".example"
}

// tight returns an address that fills a column of 64 characters.
func tight(i int) string {
	end := fmt.Sprintf("%05d@home.example", i)
	return strings.Repeat("x", 64-len(end)) + end
}

// notes returns a text, every third with addresses inside.
func notes(i int) string {
	day := time.Date(2025, time.January, 1+i%365, 0, 0, 0, 0, time.UTC)
	text := "Checked on " + day.Format("2 January") + "."
	if i%3 == 0 {
		text += fmt.Sprintf(" Ask %s <%s>, or write to office_%d@harbour.example.", fullName(i), address(fullName(i), i), i)
	}
	return text
}
