package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTranslate(t *testing.T) {
	r := &roles{source: "prod", target: "test", known: map[string]bool{"prod": true, "test": true, "reader": true, `odd "x"`: true}}
	for _, c := range []struct {
		name      string
		from, to  []string
		unchanged bool
	}{
		{name: "owner", from: []string{"ALTER TABLE public.t OWNER TO prod"}, to: []string{`ALTER TABLE public.t OWNER TO "test"`}},
		{name: "somebody known", unchanged: true, from: []string{"ALTER FUNCTION public.f(a text) OWNER TO reader", `ALTER VIEW public.v OWNER TO "odd ""x"""`}},
		{name: "a stranger's", from: []string{"ALTER TABLE public.t OWNER TO nobody"}, to: []string{`ALTER TABLE public.t OWNER TO "test"`}},
		{name: "a text that looks like it", unchanged: true, from: []string{"ALTER TABLE t ALTER c SET DEFAULT ' OWNER TO prod'"}},
		{name: "grants", from: []string{
			"GRANT SELECT ON TABLE public.t TO reader WITH GRANT OPTION", "GRANT SELECT ON TABLE public.t TO prod",
			"GRANT SELECT ON TABLE public.t TO PUBLIC", "GRANT ALL ON TABLE public.t TO nobody", "REVOKE ALL ON TABLE public.t FROM prod",
		}, to: []string{
			"GRANT SELECT ON TABLE public.t TO reader WITH GRANT OPTION", `GRANT SELECT ON TABLE public.t TO "test"`,
			"GRANT SELECT ON TABLE public.t TO PUBLIC", `REVOKE ALL ON TABLE public.t FROM "test"`,
		}},
		{name: "defaults", from: []string{
			"ALTER DEFAULT PRIVILEGES FOR ROLE prod IN SCHEMA s GRANT SELECT ON TABLES TO reader",
			"ALTER DEFAULT PRIVILEGES FOR ROLE nobody REVOKE ALL ON FUNCTIONS FROM PUBLIC",
		}, to: []string{`ALTER DEFAULT PRIVILEGES FOR ROLE "test" IN SCHEMA s GRANT SELECT ON TABLES TO reader`}},
		{name: "by somebody else", from: []string{
			"SET SESSION AUTHORIZATION nobody", "GRANT SELECT ON TABLE public.t TO reader", "RESET SESSION AUTHORIZATION",
			"SET SESSION AUTHORIZATION reader", "GRANT SELECT ON TABLE public.t TO prod", "RESET SESSION AUTHORIZATION",
		}, to: []string{
			"SET SESSION AUTHORIZATION reader", `GRANT SELECT ON TABLE public.t TO "test"`, "RESET SESSION AUTHORIZATION",
		}},
		{name: "policies", from: []string{
			"CREATE POLICY p ON public.t FOR SELECT TO reader, prod USING ((a = 1))", "CREATE POLICY p ON public.t TO nobody USING (true)",
			"CREATE POLICY p ON public.t USING (true)",
		}, to: []string{
			`CREATE POLICY p ON public.t FOR SELECT TO reader, "test" USING ((a = 1))`, `CREATE POLICY p ON public.t TO "test" USING (true)`,
			"CREATE POLICY p ON public.t USING (true)",
		}},
		{name: "other servers' passwords", from: []string{"CREATE USER MAPPING FOR prod SERVER s OPTIONS (password 'x')"}, to: nil},
		{name: "anything else", unchanged: true, from: []string{"CREATE TABLE public.t (a int)", "ALTER TABLE public.t ADD b int"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.to
			if c.unchanged {
				want = c.from
			}
			require.Equal(t, want, r.translate(c.from))
		})
	}
}
