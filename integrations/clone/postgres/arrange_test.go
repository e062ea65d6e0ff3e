package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestArrange(t *testing.T) {
	order, person := relation{"public", "order"}, relation{"crm", "Per.son"}
	const (
		key       = "ALTER TABLE ONLY public.\"order\"\n    ADD CONSTRAINT order_pkey PRIMARY KEY (id)"
		index     = `CREATE INDEX "i x" ON crm."Per.son" USING btree (name)`
		unique    = `CREATE UNIQUE INDEX u ON crm."Per.son" USING btree (name)`
		ofParent  = "ALTER TABLE ONLY public.parent\n    ADD CONSTRAINT parent_pkey PRIMARY KEY (id)"
		onParent  = "CREATE INDEX p ON ONLY public.parent USING btree (id)"
		attach    = "ALTER INDEX public.p ATTACH PARTITION crm.u"
		statistic = "CREATE STATISTICS public.s ON a, b FROM public.\"order\""
		foreign   = "ALTER TABLE ONLY public.\"order\"\n    ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES crm.\"Per.son\"(id)"
		trigger   = "CREATE TRIGGER t BEFORE INSERT ON public.\"order\" FOR EACH ROW EXECUTE FUNCTION f()"
		space     = "SET default_tablespace = fast"
	)
	a := arrange([]string{key, space, index, onParent, ofParent, unique, attach, statistic, foreign, trigger},
		func(r relation) bool { return r == order || r == person })
	require.Equal(t, afterwards{
		first:      []string{statistic},
		keys:       map[relation][]step{order: {{key, ""}}},
		indexes:    map[relation][]step{person: {{index, "fast"}, {unique, "fast"}}},
		middle:     []string{space, onParent, ofParent, attach},
		references: []linking{{foreign, order, person}},
		last:       []string{trigger},
	}, a)
}
