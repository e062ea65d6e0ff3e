package control_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
)

// calls are those that change something.
var calls = []string{"/order", "/wish", "/command", "/resend"}

// FuzzCall holds that a question is answered, or refused with its reason and
// without anything being done; and that what is done is what was asked: one JSON
// value, of which no field was passed over.
func FuzzCall(f *testing.F) {
	f.Add(uint8(0), `{"id":"r1","order":{"source":"a","target":"b"},"actor":{"name":"alice"}}`)
	f.Add(uint8(1), `{"Run":"r1","Wish":"stop"}`)
	f.Add(uint8(1), `{"Run":"r1","Wish":"stop"} {"Run":"r2"}`)
	f.Add(uint8(2), `{"id":"cli/1","kind":"command_given","ticket":"HELP-7","command":{"verb":"approve"}}`)
	f.Add(uint8(3), `"HELP-7/1/0"`)
	f.Add(uint8(3), `null`)
	f.Fuzz(func(t *testing.T, call uint8, body string) {
		path, d := calls[int(call)%len(calls)], &desk{}
		w := httptest.NewRecorder()
		control.Routes(d).ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
		require.True(t, json.Valid(w.Body.Bytes()))
		asked := map[string]any{"/order": d.order, "/wish": d.wish, "/command": d.command, "/resend": d.resent}[path]
		if w.Code != http.StatusOK {
			require.Equal(t, http.StatusUnprocessableEntity, w.Code)
			require.Equal(t, bot.Invalid, bot.KindOf(control.FaultOf(w.Body.Bytes())))
			require.Zero(t, asked)
			return
		}
		require.True(t, json.Valid([]byte(body)))
		again, err := json.Marshal(asked)
		require.NoError(t, err)
		second := &desk{}
		w = httptest.NewRecorder()
		control.Routes(second).ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(again))))
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, d, second, "what was understood can be said again")
	})
}

// FuzzFault holds that whatever a daemon of another version answers, the command
// gets an error out of it.
func FuzzFault(f *testing.F) {
	f.Add(`{"kind":"conflict","text":"run r1 is there"}`)
	f.Add(`404 page not found`)
	f.Add(`{"kind":7}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		err := control.FaultOf([]byte(text))
		require.Error(t, err)
		require.NotEmpty(t, err.Error())
		require.NotEmpty(t, bot.KindOf(err))
	})
}
