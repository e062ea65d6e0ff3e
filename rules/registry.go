package rules

import (
	"slices"
	"strings"
)

// TenantOf returns the tenant that a reporter belongs to, by the organizations
// of the help center that the reporter is a member of and by the domain of the
// e-mail address; either may be empty. The second result is false, and the
// tenant nil, where no tenant fits or several do.
func (r *Registry) TenantOf(organizations []string, email string) (*Tenant, bool) {
	domain := email[strings.LastIndexByte(email, '@')+1:]
	var only *Tenant
	for i := range r.Tenants {
		tenant := &r.Tenants[i]
		if !containsFold(tenant.EmailDomains, domain) && !slices.ContainsFunc(organizations, tenant.hasOrganization) {
			continue
		}
		if only != nil {
			return nil, false
		}
		only = tenant
	}
	return only, only != nil
}

// Find returns the environment of that name, in any case, and the tenant that
// owns it.
func (r *Registry) Find(name string) (*Tenant, *Environment, bool) {
	for i := range r.Tenants {
		if env := r.Tenants[i].Environment(name); env != nil {
			return &r.Tenants[i], env, true
		}
	}
	return nil, nil, false
}

// Environment returns the tenant's environment of that name, in any case; nil
// where it has none.
func (t *Tenant) Environment(name string) *Environment {
	for i := range t.Environments {
		if strings.EqualFold(t.Environments[i].Name, name) {
			return &t.Environments[i]
		}
	}
	return nil
}

// Names returns the names of the tenant's environments, in the registry's order.
func (t *Tenant) Names() []string {
	names := make([]string, len(t.Environments))
	for i, env := range t.Environments {
		names[i] = env.Name
	}
	return names
}

func (t *Tenant) hasOrganization(name string) bool { return containsFold(t.Organizations, name) }

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(entry string) bool { return strings.EqualFold(entry, s) })
}
