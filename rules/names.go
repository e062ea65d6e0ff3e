package rules

import (
	"slices"
	"strings"
	"unicode"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// tenant takes over the requester's tenant. What a text says of the client's own
// premises counts only where the registry does not know better.
func (j *judgement) tenant() {
	said := j.answers.OnPremise
	switch {
	case j.world.Tenant != nil:
		j.Tenant = j.world.Tenant.Name
		if zone := j.world.Tenant.Zone; zone != nil {
			j.Zone = zone.String()
		}
		if j.world.Tenant.OnPremise {
			j.find(EnvironmentOnPremise, Error, Facts{})
		}
	case said != nil:
		j.find(EnvironmentOnPremise, Error, Facts{Written: said.Written})
	case j.world.Registry != nil:
		j.find(TenantUnknown, Error, Facts{})
	}
}

// environments takes over the environments of the request and judges them.
func (j *judgement) environments() {
	if !j.refresh() {
		j.toUpdate()
		return
	}
	if j.answers.Source == nil {
		j.find(SourceMissing, Error, Facts{})
	} else {
		j.Source, j.source = j.resolve(*j.answers.Source, SourceUnknown)
	}
	if j.answers.Target == nil {
		j.find(TargetMissing, Error, Facts{})
	} else {
		j.Target, j.target = j.resolve(*j.answers.Target, TargetUnknown)
	}
	if j.Target == "" {
		return
	}
	if strings.EqualFold(j.Source, j.Target) {
		j.find(TargetSameAsSource, Error, Facts{Names: []string{j.Target}})
	}
	if production(j.Target, j.target) {
		j.find(TargetProduction, Approval, Facts{Names: []string{j.Target}, Needed: j.world.Policy.Approvers.Production})
	}
}

// toUpdate takes over the environments of a schema update.
func (j *judgement) toUpdate() {
	if len(j.answers.Environments) == 0 {
		j.find(EnvironmentsMissing, Error, Facts{})
	}
	for _, written := range j.answers.Environments {
		name, _ := j.resolve(written, TargetUnknown)
		if name != "" && !containsFold(j.Environments, name) {
			j.Environments = append(j.Environments, name)
		}
	}
	single := j.world.Tenant != nil && (j.world.Tenant.Replicated || j.world.Tenant.DataLake)
	if single && len(j.Environments) > 1 {
		j.find(EnvironmentsOnePerSlot, Error, Facts{Names: j.Environments, Needed: 1, Found: len(j.Environments)})
	}
}

// resolve returns the name of an environment as the registry, or else the client,
// spells it. It is empty, and there is a finding, where no environment of the
// requester's is meant, or several are.
//
// Of a name that is another tenant's the client learns the same as of a name that
// nobody has: the finding is the same, and what is added is for the engineers.
func (j *judgement) resolve(e ticket.Environment, unknown Code) (string, *Environment) {
	if e.Role != "" && j.world.Tenant != nil {
		return j.byRole(e, unknown)
	}
	facts := Facts{Written: e.Written, Role: e.Role}
	if j.world.Tenant == nil {
		if e.Role != "" || !wellFormed(e.Written) {
			j.find(unknown, Error, facts)
			return "", nil
		}
		return e.Written, nil
	}
	if env := j.world.Tenant.Environment(e.Written); env != nil {
		return env.Name, env
	}
	facts.Names = j.world.Tenant.Names()
	j.find(unknown, Error, facts)
	if j.world.Registry != nil {
		if _, foreign, found := j.world.Registry.Find(e.Written); found {
			j.ForeignEnvironment = foreign.Name
			j.find(EnvironmentNotYours, Error, facts)
		}
	}
	return "", nil
}

// byRole returns the environment that has a role, if it is the only one.
func (j *judgement) byRole(e ticket.Environment, unknown Code) (string, *Environment) {
	var names []string
	var only *Environment
	for i := range j.world.Tenant.Environments {
		if env := &j.world.Tenant.Environments[i]; env.Role == e.Role {
			names = append(names, env.Name)
			only = env
		}
	}
	switch facts := (Facts{Written: e.Written, Role: e.Role, Names: names}); len(names) {
	case 0:
		facts.Names = j.world.Tenant.Names()
		j.find(unknown, Error, facts)
	case 1:
		return only.Name, only
	default:
		j.find(EnvironmentAmbiguous, Error, facts)
	}
	return "", nil
}

// preserve judges the answer about users.
func (j *judgement) preserve() {
	if !j.refresh() {
		return
	}
	answer := j.answers.Preserve
	j.Preserve = answer.Answer
	switch answer.Answer {
	case ticket.NotStated:
		j.find(PreserveDefault, Info, Facts{Written: answer.Written})
	case ticket.Neither:
		j.find(PreserveUnreadable, Error, Facts{Written: answer.Written})
	case ticket.Yes:
		j.versions()
	}
}

// versions holds the schema versions of source and target against each other:
// users can be kept only where they are the same.
func (j *judgement) versions() {
	names := []string{j.Source, j.Target}
	if j.source == nil || j.target == nil || j.source.SchemaVersion == "" || j.target.SchemaVersion == "" {
		j.find(PreserveSchemaUnchecked, Approval, Facts{Names: names})
		return
	}
	if versions := [2]string{j.source.SchemaVersion, j.target.SchemaVersion}; versions[0] != versions[1] {
		j.find(PreserveSchemaMismatch, Error, Facts{Names: names, Versions: versions})
	}
}

// production reports whether an environment is a production environment: by its
// role or, without one, by the last part of its name.
func production(name string, env *Environment) bool {
	if env != nil && env.Role != "" {
		return env.Role == ticket.Production
	}
	last := name[strings.LastIndexAny(name, "_-.")+1:]
	return slices.Contains([]string{"prod", "production", "prd", "live"}, strings.ToLower(last))
}

// wellFormed reports whether a name can be an environment's: letters, digits and
// at least one separator.
func wellFormed(name string) bool {
	const separators = "_-."
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(separators, r) {
			return false
		}
	}
	return strings.ContainsAny(name, separators)
}
