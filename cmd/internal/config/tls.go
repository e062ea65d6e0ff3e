package config

import (
	"crypto/tls"
	"fmt"
	"os"
	"slices"

	"github.com/refreshbot/refreshbot/bot"
)

// TLS is what the vendors' server shows of itself. Without a certificate it speaks
// in the clear, for a proxy beside it that does not.
type TLS struct {
	Certificate Path       `yaml:"certificate"` // file, PEM: the server's and those between it and the root
	Key         bot.Secret `yaml:"key"`         // PEM
}

// On reports whether the server is to speak TLS.
func (t TLS) On() bool { return t.Certificate != "" }

// Pair reads the certificate and joins it with its key; nil without an error where
// there is none.
func (t TLS) Pair() (*tls.Certificate, error) {
	if !t.On() {
		return nil, nil
	}
	chain, err := os.ReadFile(string(t.Certificate))
	if err != nil {
		return nil, fmt.Errorf("the certificate can't be read: %w", err)
	}
	pair, err := tls.X509KeyPair(chain, []byte(t.Key))
	if err != nil {
		return nil, fmt.Errorf("certificate and key can't be used: %w", err)
	}
	return &pair, nil
}

// needTLS complains of half a pair, and of halves that do not belong together.
func (c *checker) needTLS() {
	t := c.config.TLS
	switch {
	case !t.On():
		key := func(cred credential) bool { return cred.path == "tls.key" && cred.file != "" }
		if slices.ContainsFunc(c.config.credentials, key) {
			c.add("tls.certificate", "is missing: where is the certificate that goes with the key?")
		}
	case t.Key == "":
		c.needSecret("tls.key", t.Key)
	default:
		if _, err := t.Pair(); err != nil {
			c.add("tls.certificate", "%v", err)
		}
	}
}
