// Package throwaway starts a PostgreSQL server of one's own, for tests, for the
// demo and for measuring, and leaves nothing of it behind.
//
// The server runs from the programs that Debian's package installs, in a
// temporary folder, and answers on a unix socket in that folder. No server that
// happens to run is ever used, and none is disturbed: without
// [Options].Password there is no port that could be taken.
//
// PostgreSQL refuses to run as root. For root the server runs as another user,
// postgres or nobody, and the folder belongs to them.
//
// A server is owned by the process that started it, and dies with it where the
// system can see to that (Linux). One server serves many tests at once, each
// with databases of its own:
//
//	func TestMain(m *testing.M) {
//		server, err := throwaway.Start(context.Background(), throwaway.Options{})
//		…
//		code := m.Run()
//		server.Stop()
//		os.Exit(code)
//	}
//
// Nothing in it is durable: fsync is off unless the settings say otherwise.
package throwaway
