package wire

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
)

// certify makes a certificate for a name and its key, both PEM.
func certify(t *testing.T, name string, ends time.Time) (chain, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: ends.Add(-365 * 24 * time.Hour), NotAfter: ends,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

func pair(t *testing.T, name string) *tls.Certificate {
	t.Helper()
	c, err := tls.X509KeyPair(certify(t, name, time.Now().Add(time.Hour)))
	require.NoError(t, err)
	return &c
}

// handshake shakes hands with a server and returns whose certificate it showed.
func handshake(t *testing.T, w *wharf, least, most uint16) (string, error) {
	c := tls.Client(w.dial(t), &tls.Config{MinVersion: least, MaxVersion: most, InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
	if err := c.Handshake(); err != nil {
		return "", err
	}
	state := c.ConnectionState()
	require.Equal(t, "http/1.1", state.NegotiatedProtocol)
	require.Equal(t, "ok", ask(t, c))
	return state.PeerCertificates[0].Subject.CommonName, nil
}

// TLS is 1.2 or newer, and a new certificate is shown from the next handshake on.
func TestTLS(t *testing.T) {
	var shown atomic.Pointer[tls.Certificate]
	shown.Store(pair(t, "first.example"))
	w := newWharf()
	s := server{
		listener: w, handler: http.HandlerFunc(answerOK), limits: usual(), certificate: shown.Load,
		log: slog.New(slog.DiscardHandler),
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.serve(ctx) }()

	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		name, err := handshake(t, w, version, version)
		require.NoError(t, err)
		require.Equal(t, "first.example", name)
	}
	_, err := handshake(t, w, tls.VersionTLS10, tls.VersionTLS11)
	require.ErrorContains(t, err, "protocol version")

	shown.Store(pair(t, "second.example"))
	name, err := handshake(t, w, tls.VersionTLS12, tls.VersionTLS13)
	require.NoError(t, err)
	require.Equal(t, "second.example", name)

	shown.Store(nil)
	_, err = handshake(t, w, tls.VersionTLS12, tls.VersionTLS13)
	require.Error(t, err, "never in the clear instead")
	cancel()
	require.NoError(t, <-done)
}

// A reload takes a new certificate, but none that can't be used, and TLS is neither
// begun nor ended by it.
func TestReloadTakesANewCertificate(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, content []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
	renew := func(name string) {
		chain, key := certify(t, name, time.Now().Add(time.Hour))
		write("chain.pem", chain)
		write("key.pem", key)
	}
	const rest = "\njira: {project: HELP, url: \"https://example.atlassian.net\"}\nslack: {channel: C1}\ntenants: [{name: ABCD}]\n"
	configure := func(tls string) { write("refreshbot.yaml", []byte("tls: "+tls+rest)) }
	read := func() (*config.Config, error) {
		return config.LoadFor(config.Serving, filepath.Join(folder, "refreshbot.yaml"), func(variable string) string {
			return map[bool]string{true: "", false: "secret"}[variable == "REFRESHBOT_TLS_KEY"]
		})
	}
	renew("first.example")
	configure("{certificate: chain.pem, key_file: key.pem}")
	c, err := read()
	require.NoError(t, err)
	var log strings.Builder
	a, err := Build(c, Options{Clock: still(time.Now()), Log: slog.New(slog.NewTextHandler(&log, nil)), Program: "test", Read: read})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	shows := func() string { return a.setup.Load().certificate.Leaf.Subject.CommonName }
	require.Equal(t, "first.example", shows())

	renew("second.example")
	require.NoError(t, a.Reload())
	require.Equal(t, "second.example", shows())

	write("key.pem", []byte("nonsense"))
	require.ErrorContains(t, a.Reload(), "certificate and key can't be used")
	require.Equal(t, "second.example", shows())

	configure("{}")
	require.NoError(t, a.Reload())
	require.Equal(t, "second.example", shows())
	require.Contains(t, log.String(), `needs a restart" of="tls, on or off"`)
}

// A handshake that does not end is cut off as a header would be.
func TestSlowHandshakesAreCutOff(t *testing.T) {
	w := newWharf()
	s := server{
		listener: w, handler: http.HandlerFunc(answerOK), limits: brief(), log: slog.New(slog.DiscardHandler),
		certificate: func() *tls.Certificate { return pair(t, "slow.example") },
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.serve(ctx) }()
	require.True(t, trickle(w.dial(t), 0x16))
	cancel()
	require.NoError(t, <-done)
}

// call calls a server as the bot would.
func call(t *testing.T, url string) error {
	t.Helper()
	answer, err := (&http.Client{Transport: outgoing()}).Get(url)
	if err == nil {
		require.NoError(t, answer.Body.Close())
	}
	return err
}

// The bot itself calls nobody who speaks less than TLS 1.2, nor anybody whom the
// system does not trust.
func TestOutgoingTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(answerOK))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	require.ErrorContains(t, call(t, server.URL), "protocol version")

	modern := httptest.NewUnstartedServer(http.HandlerFunc(answerOK))
	modern.Config.ErrorLog = server.Config.ErrorLog
	modern.StartTLS()
	defer modern.Close()
	require.ErrorContains(t, call(t, modern.URL), "certificate")
}

// A header of an answer that does not end is not read to its end.
func TestOutgoingHeadersAreBounded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := range 100 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("a", 10_000))
		}
	}))
	defer server.Close()
	require.ErrorContains(t, call(t, server.URL), "headers exceeded")
}

// Doctor says what is encrypted, and what is not and had better be.
func TestExamineDoors(t *testing.T) {
	folder, now := t.TempDir(), time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	give := func(days time.Duration) config.TLS {
		chain, key := certify(t, "bot.example", now.Add(days*24*time.Hour))
		path := filepath.Join(folder, "chain.pem")
		require.NoError(t, os.WriteFile(path, chain, 0o600))
		return config.TLS{Certificate: config.Path(path), Key: bot.Secret(key)}
	}
	for _, tt := range []struct {
		name, listen, jira string
		tls                func() config.TLS
		missing, beware    string
	}{
		{"by itself", "127.0.0.1:8080", "https://x.example", nil, "", ""},
		{"on its own machine", "[::1]:8080", "http://localhost:7000", nil, "", ""},
		{"in the clear", "0.0.0.0:8080", "https://x.example", nil, "", "others may read what the vendors send"},
		{"everywhere", ":8080", "https://x.example", nil, "", "others may read what the vendors send"},
		{"encrypted", ":8443", "https://x.example", func() config.TLS { return give(90) }, "", ""},
		{"encrypted for a week", ":8443", "https://x.example", func() config.TLS { return give(7) }, "renew the certificate", ""},
		{"encrypted no more", ":8443", "https://x.example", func() config.TLS { return give(-1) }, "renew the certificate", ""},
		{"with a certificate that is gone", ":8443", "https://x.example", func() config.TLS {
			return config.TLS{Certificate: "gone.pem"}
		}, "can't be read", ""},
		{"calling in the clear", "127.0.0.1:8080", "http://x.example", nil, "", "jira.url is not encrypted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := config.Defaults()
			c.Listen, c.Jira.URL = tt.listen, tt.jira
			if tt.tls != nil {
				c.TLS = tt.tls()
			}
			var missing, beware strings.Builder
			for _, f := range (&App{config: c, clock: still(now)}).examineDoors(t.Context()) {
				missing.WriteString(f.Missing)
				beware.WriteString(f.Beware)
			}
			require.Equal(t, tt.missing == "", missing.Len() == 0, missing.String())
			require.Contains(t, missing.String(), tt.missing)
			require.Equal(t, tt.beware == "", beware.Len() == 0, beware.String())
			require.Contains(t, beware.String(), tt.beware)
		})
	}
}

// A still clock stands still.
type still time.Time

func (s still) Now() time.Time                               { return time.Time(s) }
func (s still) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }
