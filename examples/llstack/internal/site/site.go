// Package site plans web sites: what a backend is told of them, and what they begin with.
package site

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/example/llstack/internal/stack"
)

var name = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)

// Root is the folder that a site is served from.
func Root(site string) string { return "/var/www/" + site }

// ConfigPath is where a backend looks for a site's configuration.
func ConfigPath(backend, site string) string {
	if backend == "apache" {
		return "/etc/httpd/conf.d/" + site + ".conf"
	}
	return "/usr/local/lsws/conf/vhosts/" + site + "/vhconf.conf"
}

// PlanCreate says what makes a new site.
func PlanCreate(state stack.State, site string) (stack.Plan, error) {
	if !name.MatchString(site) {
		return stack.Plan{}, fmt.Errorf("%q is no host name", site)
	}
	if slices.Contains(state.Sites, site) {
		return stack.Plan{}, fmt.Errorf("there is a site %q already", site)
	}
	state.Sites = append(slices.Clone(state.Sites), site)
	slices.Sort(state.Sites)
	written, err := state.File()
	return stack.Plan{Files: []stack.File{
		{Path: Root(site) + "/index.html", Content: []byte("<!doctype html>\n<title>" + site + "</title>\n")},
		{Path: ConfigPath(state.Backend, site), Content: []byte(config(state.Backend, site))},
		written,
	}}, err
}

func config(backend, site string) string {
	if backend == "apache" {
		return fmt.Sprintf("<VirtualHost *:80>\n  ServerName %s\n  DocumentRoot %s\n</VirtualHost>\n", site, Root(site))
	}
	return fmt.Sprintf("docRoot %s\nvhDomain %s\n", Root(site), site)
}
