package wire

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// How the bot calls others. Every call has a bound of its own on time and on the
// answer's length as well, in the adapter that makes it.
const (
	connectTime   = 10 * time.Second
	handshakeTime = 10 * time.Second
	spareTime     = 90 * time.Second // that an idle connection is kept
	spareConns    = 8                // idle ones to one host
	answerHeader  = 256 << 10        // bytes
)

// outgoing returns what carries the bot's calls. A proxy that the environment names
// (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) is used, since a desk's network may have no
// other way out: to an https address it carries what it can't read. The transport
// asks for no certificate but one that the system trusts.
func outgoing() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: connectTime, KeepAlive: spareTime}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    handshakeTime,
		MaxResponseHeaderBytes: answerHeader,
		MaxIdleConnsPerHost:    spareConns,
		IdleConnTimeout:        spareTime,
		ForceAttemptHTTP2:      true,
	}
}
