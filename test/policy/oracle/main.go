// Command oracle answers, one JSON line for one JSON line, how kube-apiserver itself loads an audit policy,
// reads a request from its method and URL, and decides what of it is logged.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"sort"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/util/sets"
	audit "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints/filters"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/klog/v2"
)

type question struct {
	Policy   string  `json:"policy"`
	Requests []asked `json:"requests"`
}

type identity struct {
	Name   string   `json:"name"`
	Groups []string `json:"groups"`
}

type asked struct {
	Method string    `json:"method"`
	URL    string    `json:"url"`
	User   *identity `json:"user"`
}

type answer struct {
	Error    string     `json:"error,omitempty"`
	Policy   any        `json:"policy,omitempty"`
	Requests []decision `json:"requests,omitempty"`
}

type decision struct {
	Error       string   `json:"error,omitempty"`
	Resource    bool     `json:"resource"`
	Path        string   `json:"path"`
	Verb        string   `json:"verb"`
	APIGroup    string   `json:"apiGroup"`
	APIVersion  string   `json:"apiVersion"`
	Kind        string   `json:"kind"`
	Subresource string   `json:"subresource"`
	Namespace   string   `json:"namespace"`
	Name        string   `json:"name"`
	Level       string   `json:"level,omitempty"`
	OmitStages  []string `json:"omitStages"`
	OmitManaged bool     `json:"omitManagedFields"`
}

var resolver = &request.RequestInfoFactory{
	APIPrefixes:          sets.NewString("api", "apis"),
	GrouplessAPIPrefixes: sets.NewString("api"),
}

func main() {
	klog.SetLogger(logr.Discard())
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var q question
		if err := decoder.Decode(&q); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		if err := encoder.Encode(reply(q)); err != nil {
			panic(err)
		}
	}
}

func reply(q question) answer {
	var a answer
	var loaded *audit.Policy
	if q.Policy != "" {
		var err error
		if loaded, err = policy.LoadPolicyFromBytes([]byte(q.Policy)); err != nil {
			return answer{Error: err.Error()}
		}
		a.Policy = meaning(loaded)
	}
	for _, r := range q.Requests {
		a.Requests = append(a.Requests, decide(loaded, r))
	}
	return a
}

// meaning is what of a policy takes part in a decision.
func meaning(p *audit.Policy) any {
	rules := []any{}
	for _, r := range p.Rules {
		resources := []any{}
		for _, g := range r.Resources {
			resources = append(resources, map[string]any{
				"group": g.Group, "resources": list(g.Resources), "resourceNames": list(g.ResourceNames),
			})
		}
		rule := map[string]any{
			"level": r.Level, "users": list(r.Users), "userGroups": list(r.UserGroups), "verbs": list(r.Verbs),
			"resources": resources, "namespaces": list(r.Namespaces), "nonResourceURLs": list(r.NonResourceURLs),
			"omitStages": list(r.OmitStages),
		}
		if r.OmitManagedFields != nil {
			rule["omitManagedFields"] = *r.OmitManagedFields
		}
		rules = append(rules, rule)
	}
	return map[string]any{
		"rules": rules, "omitStages": list(p.OmitStages), "omitManagedFields": p.OmitManagedFields,
	}
}

func list[T any](items []T) []T { return append([]T{}, items...) }

func decide(p *audit.Policy, r asked) decision {
	target, err := url.ParseRequestURI(r.URL)
	if err != nil {
		return decision{Error: err.Error()}
	}
	req := &http.Request{Method: r.Method, URL: target}
	info, err := resolver.NewRequestInfo(req)
	if err != nil {
		return decision{Error: err.Error()}
	}
	d := decision{
		Resource: info.IsResourceRequest, Path: info.Path, Verb: info.Verb, APIGroup: info.APIGroup,
		APIVersion: info.APIVersion, Kind: info.Resource, Subresource: info.Subresource,
		Namespace: info.Namespace, Name: info.Name, OmitStages: []string{},
	}
	if p == nil {
		return d
	}
	ctx := request.WithRequestInfo(context.Background(), info)
	if r.User != nil {
		ctx = request.WithUser(ctx, &user.DefaultInfo{Name: r.User.Name, Groups: r.User.Groups})
	}
	attributes, err := filters.GetAuthorizerAttributes(ctx)
	if err != nil {
		return decision{Error: err.Error()}
	}
	config := policy.NewPolicyRuleEvaluator(p.DeepCopy()).EvaluatePolicyRule(attributes)
	d.Level, d.OmitManaged = string(config.Level), config.OmitManagedFields
	stages := sets.NewString()
	for _, s := range config.OmitStages {
		stages.Insert(string(s))
	}
	d.OmitStages = stages.List()
	sort.Strings(d.OmitStages)
	return d
}
