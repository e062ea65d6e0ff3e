package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
)

// certified writes a certificate and its key into a folder.
func certified(t *testing.T, folder, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	chain, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for file, block := range map[string]*pem.Block{
		name + ".pem": {Type: "CERTIFICATE", Bytes: chain},
		name + ".key": {Type: "PRIVATE KEY", Bytes: secret},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), pem.EncodeToMemory(block), 0o600))
	}
}

// A certificate and its key go together, or the file says what is wrong with them.
func TestTLS(t *testing.T) {
	folder := t.TempDir()
	certified(t, folder, "a")
	certified(t, folder, "b")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "nonsense"), []byte("nonsense"), 0o600))
	file := filepath.Join(folder, "refreshbot.yaml")
	for _, tt := range []struct{ name, tls, want string }{
		{"none", "{}", ""},
		{"empty", `{certificate: "", key_file: ""}`, ""},
		{"a pair", "{certificate: a.pem, key_file: a.key}", ""},
		{"two halves", "{certificate: a.pem, key_file: b.key}", ":1: tls.certificate: certificate and key can't be used"},
		{"no key", "{certificate: a.pem}", ":1: tls.key_file: is missing"},
		{"no certificate", "{key_file: a.key}", ":1: tls.certificate: is missing"},
		{"gone", "{certificate: gone.pem, key_file: a.key}", ":1: tls.certificate: the certificate can't be read"},
		{"key gone", "{certificate: a.pem, key_file: gone.key}", ":1: tls.key_file: the secret can't be read"},
		{"nonsense", "{certificate: nonsense, key_file: nonsense}", ":1: tls.certificate: certificate and key can't be used"},
		{"key in the file", "{certificate: a.pem, key: secret}", ":1: tls.key: a secret does not stand in the file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(file, []byte("tls: "+tt.tls+"\n"), 0o600))
			c, err := config.LoadFor(config.Written, file, noEnv)
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			pair, err := c.TLS.Pair()
			require.NoError(t, err)
			require.Equal(t, c.TLS.On(), pair != nil)
		})
	}
	_, err := config.LoadFor(config.Cloning, file, noEnv) // with a key in the file: told by whoever reads it
	require.Error(t, err)
	require.NoError(t, os.WriteFile(file, []byte("tls: {certificate: a.pem, key_file: gone.key}\n"), 0o600))
	_, err = config.LoadFor(config.Cloning, file, noEnv)
	require.NoError(t, err, "whoever clones by hand need not be able to read the key")
}
