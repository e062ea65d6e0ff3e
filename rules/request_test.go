package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

const raised = "Mon 7 Oct 2024 02:00"

// registry has a tenant with one environment of most roles, a stranger, and one
// that runs on its own premises.
func registry() *rules.Registry {
	return &rules.Registry{Tenants: []rules.Tenant{
		{
			Name: "ABCD", Organizations: []string{"ABCD Shipping"}, EmailDomains: []string{"abcd.example"},
			Regions: []string{"SG"}, DataLake: true,
			Environments: []rules.Environment{
				{Name: "ABCD_prod", Role: ticket.Production, SchemaVersion: "24.3"},
				{Name: "ABCD_test", Role: ticket.Test, SchemaVersion: "24.3"},
				{Name: "ABCD_uat", Role: ticket.UAT, SchemaVersion: "24.1"},
				{Name: "ABCD_uat2", Role: ticket.UAT},
			},
		},
		{Name: "WXYZ", EmailDomains: []string{"wxyz.example"}, Environments: []rules.Environment{{Name: "WXYZ_test"}}},
		{Name: "Own", EmailDomains: []string{"own.example", "abcd.example.org"}, OnPremise: true},
	}}
}

// known is the world of a requester of the first tenant.
func known(t testing.TB) rules.World {
	w := world(t)
	w.Registry = registry()
	w.Tenant = &w.Registry.Tenants[0]
	return w
}

// good is two windows that nothing is wrong with.
func good(t testing.TB) []ticket.Window {
	return []ticket.Window{win(t, "Wed 9 Oct 2024 02:00", raised), win(t, "Wed 9 Oct 2024 04:00", raised)}
}

func role(r ticket.Role) *ticket.Environment {
	return &ticket.Environment{Written: "the " + string(r) + " system", Role: r}
}

func named(name string) *ticket.Environment { return &ticket.Environment{Written: name} }

// A requestCase is a request that is good but for one change.
type requestCase struct {
	name    string
	change  func(a *ticket.Answers, w *rules.World)
	want    []rules.Code // about the request
	outcome rules.Outcome
}

func judgeRequests(t *testing.T, tests []requestCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, w := asking(good(t)...), known(t)
			tt.change(&a, &w)
			got := rules.Judge(a, w, at(t, raised))
			if tt.want == nil {
				tt.want = []rules.Code{}
			}
			require.Equal(t, tt.want, codes(got.Findings))
			require.Equal(t, tt.outcome, got.Outcome)
		})
	}
}

func TestJudgeLittle(t *testing.T) {
	judgeRequests(t, []requestCase{
		{name: "nothing wrong", change: func(*ticket.Answers, *rules.World) {}, outcome: rules.Ready},
		{
			name:   "no kind",
			change: func(a *ticket.Answers, _ *rules.World) { *a = ticket.Answers{Kind: ticket.Unknown} },
			want:   []rules.Code{rules.RequestUnknownKind}, outcome: rules.Ignored,
		},
		{
			name: "everything missing",
			change: func(a *ticket.Answers, _ *rules.World) {
				*a = ticket.Answers{Kind: ticket.PointInTime}
			},
			want: []rules.Code{
				rules.SourceMissing, rules.TargetMissing, rules.WindowsMissing, rules.PreserveDefault, rules.PITMissing,
			},
			outcome: rules.NeedsInfo,
		},
	})
}

func TestJudgeNames(t *testing.T) {
	judgeRequests(t, []requestCase{
		{
			name:   "a name that nobody has",
			change: func(a *ticket.Answers, _ *rules.World) { a.Target = named("ABCD_tset") },
			want:   []rules.Code{rules.TargetUnknown}, outcome: rules.NeedsInfo,
		},
		{
			name:   "a stranger's environment",
			change: func(a *ticket.Answers, _ *rules.World) { a.Target = named("wxyz_TEST") },
			want:   []rules.Code{rules.TargetUnknown, rules.EnvironmentNotYours}, outcome: rules.Declined,
		},
		{
			name: "roles that one environment has",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Source, a.Target = role(ticket.Production), role(ticket.Test)
			},
			outcome: rules.Ready,
		},
		{
			name:   "a role that two have",
			change: func(a *ticket.Answers, _ *rules.World) { a.Target = role(ticket.UAT) },
			want:   []rules.Code{rules.EnvironmentAmbiguous}, outcome: rules.NeedsInfo,
		},
		{
			name:   "a role that none has",
			change: func(a *ticket.Answers, _ *rules.World) { a.Source = role(ticket.Training) },
			want:   []rules.Code{rules.SourceUnknown}, outcome: rules.NeedsInfo,
		},
		{
			name:   "onto itself",
			change: func(a *ticket.Answers, _ *rules.World) { a.Target = named("abcd_PROD") },
			want:   []rules.Code{rules.TargetSameAsSource, rules.TargetProduction}, outcome: rules.NeedsInfo,
		},
		{
			name:   "go-live keeps its verdict",
			change: func(a *ticket.Answers, _ *rules.World) { a.Source, a.Target = a.Target, a.Source },
			want:   []rules.Code{rules.TargetProduction}, outcome: rules.Ready,
		},
		{
			name: "go-live by the name alone",
			change: func(a *ticket.Answers, w *rules.World) {
				w.Registry, w.Tenant = nil, nil
				a.Source, a.Target = named("new.test"), named("new.LIVE")
			},
			want: []rules.Code{rules.TargetProduction}, outcome: rules.Ready,
		},
		{
			name: "without a registry a role is no name",
			change: func(a *ticket.Answers, w *rules.World) {
				w.Registry, w.Tenant = nil, nil
				a.Source, a.Target = role(ticket.Production), named("nonsense")
			},
			want: []rules.Code{rules.SourceUnknown, rules.TargetUnknown}, outcome: rules.NeedsInfo,
		},
	})
}

func TestJudgeTenants(t *testing.T) {
	judgeRequests(t, []requestCase{
		{
			name:   "a requester who fits no tenant",
			change: func(_ *ticket.Answers, w *rules.World) { w.Tenant = nil },
			want:   []rules.Code{rules.TenantUnknown}, outcome: rules.NeedsInfo,
		},
		{
			name:    "on premises by the registry",
			change:  func(a *ticket.Answers, w *rules.World) { *a = asking(); w.Tenant = &w.Registry.Tenants[2] },
			want:    []rules.Code{rules.SourceUnknown, rules.TargetUnknown, rules.EnvironmentNotYours, rules.EnvironmentNotYours, rules.EnvironmentOnPremise, rules.WindowsMissing},
			outcome: rules.Declined,
		},
		{
			name: "on premises by the client's word",
			change: func(a *ticket.Answers, w *rules.World) {
				w.Registry, w.Tenant = nil, nil
				a.OnPremise = &ticket.Remark{Written: "our own server"}
			},
			want: []rules.Code{rules.EnvironmentOnPremise}, outcome: rules.Declined,
		},
		{
			name:    "the registry knows that it is hosted",
			change:  func(a *ticket.Answers, _ *rules.World) { a.OnPremise = &ticket.Remark{Written: "our own server"} },
			outcome: rules.Ready,
		},
	})
}

func TestJudgeUsers(t *testing.T) {
	judgeRequests(t, []requestCase{
		{
			name:    "users kept, same schema",
			change:  func(a *ticket.Answers, _ *rules.World) { a.Preserve.Answer = ticket.Yes },
			outcome: rules.Ready,
		},
		{
			name: "users kept, other schema",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Preserve.Answer = ticket.Yes
				a.Target = named("ABCD_uat")
			},
			want: []rules.Code{rules.PreserveSchemaMismatch}, outcome: rules.NeedsInfo,
		},
		{
			name: "users kept, schema not known",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Preserve.Answer = ticket.Yes
				a.Target = named("ABCD_uat2")
			},
			want: []rules.Code{rules.PreserveSchemaUnchecked}, outcome: rules.Ready,
		},
		{
			name:   "users: maybe",
			change: func(a *ticket.Answers, _ *rules.World) { a.Preserve.Answer = ticket.Neither },
			want:   []rules.Code{rules.PreserveUnreadable}, outcome: rules.NeedsInfo,
		},
		{
			name:   "users: not answered",
			change: func(a *ticket.Answers, _ *rules.World) { a.Preserve.Answer = ticket.NotStated },
			want:   []rules.Code{rules.PreserveDefault}, outcome: rules.Ready,
		},
	})
}

func TestJudgeWindowsTogether(t *testing.T) {
	judgeRequests(t, []requestCase{
		{
			name:   "one window",
			change: func(a *ticket.Answers, _ *rules.World) { a.Windows = a.Windows[:1] },
			want:   []rules.Code{rules.WindowsTooFew}, outcome: rules.NeedsInfo,
		},
		{
			name: "one suggestion that was taken",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Windows = a.Windows[:1]
				a.Windows[0].Written = ""
			},
			outcome: rules.Ready,
		},
		{
			name: "windows that overlap",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Windows[1].Start = a.Windows[1].Start.Add(-time.Hour)
				a.Windows[1].End = a.Windows[1].End.Add(-time.Hour)
			},
			want: []rules.Code{rules.WindowsOverlap}, outcome: rules.NeedsInfo,
		},
		{
			name:    "a window in another zone",
			change:  func(a *ticket.Answers, _ *rules.World) { a.Windows[1].Doubts = []ticket.Doubt{ticket.NotUTC} },
			outcome: rules.NeedsInfo,
		},
		{
			name: "a window in another zone, confirmed",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Windows[1].Doubts = []ticket.Doubt{ticket.NotUTC}
				a.Windows[1].Confirmed = true
			},
			outcome: rules.Ready,
		},
	})
}

func TestJudgeRemarksAndApproval(t *testing.T) {
	judgeRequests(t, []requestCase{
		{
			name: "what is said back",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Mixed = true
				a.CopiesConfiguration = &ticket.Remark{Written: "copy the flags"}
			},
			want: []rules.Code{rules.RequestMixed, rules.RequestCopiesConfiguration}, outcome: rules.Ready,
		},
		{
			name: "field against text",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Contradictions = []ticket.Contradiction{{Question: ticket.AskTarget, Field: "ABCD_uat", Text: "ABCD_test"}}
			},
			want: []rules.Code{rules.AnswerContradictsField}, outcome: rules.NeedsInfo,
		},
		{
			name: "one window needs approval, the other fell out",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Windows = []ticket.Window{win(t, "Sat 12 Oct 2024 01:00", raised), win(t, "Thu 10 Oct 2024 20:00", raised)}
			},
			outcome: rules.Exception,
		},
		{
			name: "both fell out",
			change: func(a *ticket.Answers, _ *rules.World) {
				a.Windows = []ticket.Window{win(t, "Sat 12 Oct 2024 01:00", raised), win(t, "Tue 8 Oct 2024 10:00", raised)}
			},
			outcome: rules.Reschedule,
		},
	})
}

func TestJudgeSchemaUpdate(t *testing.T) {
	judgeRequests(t, []requestCase{
		{
			name: "two environments of a data lake",
			change: func(a *ticket.Answers, _ *rules.World) {
				*a = ticket.Answers{Kind: ticket.SchemaUpdate, Windows: a.Windows}
				a.Environments = []ticket.Environment{*named("ABCD_prod"), *role(ticket.Test)}
				a.VersionChosen = &ticket.Remark{Written: "to 24.4"}
			},
			want: []rules.Code{rules.EnvironmentsOnePerSlot, rules.SchemaVersionChosen}, outcome: rules.NeedsInfo,
		},
		{
			name: "the same environment twice",
			change: func(a *ticket.Answers, _ *rules.World) {
				*a = ticket.Answers{Kind: ticket.SchemaUpdate, Windows: a.Windows}
				a.Environments = []ticket.Environment{*named("ABCD_TEST"), *role(ticket.Test)}
			},
			outcome: rules.Ready,
		},
		{
			name: "nothing to update",
			change: func(a *ticket.Answers, _ *rules.World) {
				*a = ticket.Answers{Kind: ticket.SchemaUpdate, Windows: a.Windows}
			},
			want: []rules.Code{rules.EnvironmentsMissing}, outcome: rules.NeedsInfo,
		},
	})
}

// The reply to a name is the same whether it is another tenant's or nobody's:
// what the client may hear of has the same codes and facts.
func TestForeignNameLooksLikeAnUnknownOne(t *testing.T) {
	public := func(name string) (rules.Verdict, []rules.Finding) {
		a := asking(win(t, "Sat 12 Oct 2024 10:00", raised))
		a.Source = named(name)
		v := rules.Judge(a, known(t), at(t, raised))
		var found []rules.Finding
		for _, f := range v.Findings {
			if !f.Code.ForEngineers() {
				f.Facts.Written = ""
				found = append(found, f)
			}
		}
		return v, found
	}
	foreign, toldOfForeign := public("WXYZ_test")
	nobodys, toldOfNobodys := public("WXYZ_tost")
	require.Equal(t, toldOfNobodys, toldOfForeign)
	require.Equal(t, nobodys.Windows, foreign.Windows)
	require.Len(t, foreign.Suggestions, 2)
	require.Equal(t, nobodys.Suggestions, foreign.Suggestions)
	require.Empty(t, foreign.Source)
	require.Equal(t, "WXYZ_test", foreign.ForeignEnvironment)
	require.Equal(t, rules.Declined, foreign.Outcome)
	require.Equal(t, rules.NeedsInfo, nobodys.Outcome)
}

func TestDoubts(t *testing.T) {
	start := at(t, "Wed 9 Oct 2024 02:00")
	tests := []struct {
		name     string
		window   ticket.Window
		code     rules.Code
		severity rules.Severity
	}{
		{"no zone", ticket.Window{Start: start, Doubts: []ticket.Doubt{ticket.ZoneAssumed}}, rules.WindowZoneAssumed, rules.Info},
		{"no end", ticket.Window{Start: start, Doubts: []ticket.Doubt{ticket.EndAssumed}}, rules.WindowEndAssumed, rules.Info},
		{"relative", ticket.Window{Start: start, Doubts: []ticket.Doubt{ticket.RelativeDate}}, rules.WindowRelativeDate, rules.Info},
		{"no year", ticket.Window{Start: start, Doubts: []ticket.Doubt{ticket.YearAssumed}}, rules.WindowYearAssumed, rules.Info},
		{
			"no year, 180 days ahead",
			ticket.Window{Start: at(t, raised).AddDate(0, 0, 180), Doubts: []ticket.Doubt{ticket.YearAssumed}},
			rules.WindowYearAssumed, rules.Info,
		},
		{
			"no year, further ahead",
			ticket.Window{Start: at(t, raised).AddDate(0, 0, 181), Doubts: []ticket.Doubt{ticket.YearAssumed}},
			rules.WindowYearAssumed, rules.Error,
		},
		{"another zone", ticket.Window{Start: start, Zone: "SGT", Doubts: []ticket.Doubt{ticket.NotUTC}}, rules.WindowNotUTC, rules.Error},
		{"two dates", ticket.Window{Doubts: []ticket.Doubt{ticket.AmbiguousDate}}, rules.WindowAmbiguousDate, rules.Error},
		{"wrong weekday", ticket.Window{Doubts: []ticket.Doubt{ticket.WeekdayMismatch}}, rules.WindowWeekdayMismatch, rules.Error},
		{"IST", ticket.Window{Doubts: []ticket.Doubt{ticket.ZoneAmbiguous}}, rules.WindowZoneAmbiguous, rules.Error},
		{"next week", ticket.Window{Doubts: []ticket.Doubt{ticket.Unreadable}}, rules.WindowUnreadable, rules.Error},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.window.Written, tt.window.ProposedAt = "as written", at(t, raised)
			if !tt.window.Start.IsZero() {
				tt.window.End = tt.window.Start.Add(2 * time.Hour)
			}
			v := rules.Judge(asking(tt.window, win(t, "Wed 9 Oct 2024 06:00", raised)), world(t), at(t, raised))
			found := v.Windows[0].Findings
			last := found[len(found)-1]
			require.Equal(t, tt.code, last.Code)
			require.Equal(t, tt.severity, last.Severity)
			require.Equal(t, "as written", last.Facts.Written)
			require.Equal(t, tt.severity == rules.Error, v.Outcome == rules.NeedsInfo)
			require.Equal(t, !tt.window.Start.IsZero() && tt.window.Start.Weekday() != time.Saturday && tt.window.Start.Weekday() != time.Sunday, v.Windows[0].Feasible)
		})
	}
}

func TestLapsed(t *testing.T) {
	window := win(t, "Wed 9 Oct 2024 10:00", raised)
	for now, want := range map[string][]rules.Code{
		"Wed 9 Oct 2024 06:00": {},
		"Wed 9 Oct 2024 06:01": {rules.WindowLapsed},
		"Wed 9 Oct 2024 11:00": {rules.WindowLapsed},
	} {
		got, _ := rules.JudgeWindow(window, rules.Ask{Kind: ticket.Standard}, world(t), at(t, now))
		require.Equal(t, want, codes(got.Findings), now)
		require.Equal(t, len(want) == 0, got.Feasible)

		got, _ = rules.JudgeWindow(window, rules.Ask{Kind: ticket.Standard, Booked: true}, world(t), at(t, now))
		require.True(t, got.Feasible, "booked, %s", now)
	}
}

func TestTenantOf(t *testing.T) {
	r := registry()
	tests := []struct {
		organizations []string
		email, want   string
	}{
		{[]string{"abcd shipping"}, "", "ABCD"},
		{nil, "jo@ABCD.example", "ABCD"},
		{[]string{"ABCD Shipping"}, "jo@abcd.example", "ABCD"},
		{[]string{"ABCD Shipping"}, "jo@wxyz.example", ""},
		{[]string{"Other"}, "jo@other.example", ""},
		{nil, "jo@abcd.example@wxyz.example", "WXYZ"},
		{nil, "", ""},
	}
	for _, tt := range tests {
		tenant, ok := r.TenantOf(tt.organizations, tt.email)
		require.Equal(t, tt.want != "", ok, tt)
		if ok {
			require.Equal(t, tt.want, tenant.Name)
		}
	}
	tenant, env, ok := r.Find("wxyz_test")
	require.True(t, ok)
	require.Equal(t, "WXYZ", tenant.Name)
	require.Equal(t, "WXYZ_test", env.Name)
	_, _, ok = r.Find("WXYZ_tost")
	require.False(t, ok)
}

func TestCodesAreComplete(t *testing.T) {
	seen := map[rules.Code]bool{}
	for _, code := range rules.Codes() {
		require.False(t, seen[code], code)
		seen[code] = true
	}
	require.Len(t, seen, 47)
}
