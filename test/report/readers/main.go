// Command readers gives reports to those that they are made for: Prometheus' own parser and lint, and the JUnit
// reader of a CI service. It reads one question as JSON from stdin and writes the answer as JSON to stdout.
package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/joshdk/go-junit"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

type question struct {
	// Files of one folder, as node_exporter's textfile collector reads them together.
	Metrics [][]string `json:"metrics"`
	Junit   []string   `json:"junit"`
}

type sample struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
	Value  float64           `json:"value"`
}

type metrics struct {
	Errors  []string `json:"errors"`
	Samples []sample `json:"samples"`
}

type testCase struct {
	Name      string `json:"name"`
	Classname string `json:"classname"`
	Status    string `json:"status"`
	Type      string `json:"type"`
	Message   string `json:"message"`
	Body      string `json:"body"`
}

type suite struct {
	Name       string            `json:"name"`
	Properties map[string]string `json:"properties"`
	Out        string            `json:"out"`
	Err        string            `json:"err"`
	Cases      []testCase        `json:"cases"`
	Totals     junit.Totals      `json:"totals"`
}

type suites struct {
	Errors []string `json:"errors"`
	Suites []suite  `json:"suites"`
}

type answer struct {
	Metrics []metrics `json:"metrics"`
	Junit   []suites  `json:"junit"`
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	told := answer{Metrics: []metrics{}, Junit: []suites{}}
	for _, files := range asked.Metrics {
		told.Metrics = append(told.Metrics, readMetrics(files))
	}
	for _, text := range asked.Junit {
		told.Junit = append(told.Junit, readJunit(text))
	}
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		panic(err)
	}
}

// readMetrics does what promtool's `check metrics` and the textfile collector do: parse and lint each file, then put
// all of them together as a registry does, which finds series that are there twice.
func readMetrics(files []string) metrics {
	told := metrics{Errors: []string{}, Samples: []sample{}}
	fail := func(err error) { told.Errors = append(told.Errors, err.Error()) }
	gatherers := prometheus.Gatherers{}
	for _, text := range files {
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(text))
		if err != nil {
			fail(err)
			continue
		}
		problems, err := promlint.New(strings.NewReader(text)).Lint()
		if err != nil {
			fail(err)
		}
		for _, problem := range problems {
			fail(errors.New(problem.Metric + ": " + problem.Text))
		}
		gatherers = append(gatherers, gathererOf(families, fail))
	}
	gathered, err := gatherers.Gather()
	if err != nil {
		fail(err)
	}
	for _, family := range gathered {
		for _, metric := range family.Metric {
			labels := map[string]string{}
			for _, label := range metric.Label {
				labels[label.GetName()] = label.GetValue()
			}
			value := metric.GetGauge().GetValue()
			told.Samples = append(told.Samples, sample{family.GetName(), labels, value})
		}
	}
	return told
}

func gathererOf(families map[string]*dto.MetricFamily, fail func(error)) prometheus.Gatherer {
	return prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		all := []*dto.MetricFamily{}
		for name, family := range families {
			for _, metric := range family.Metric {
				// collector/textfile.go of node_exporter refuses the whole file then.
				if metric.TimestampMs != nil {
					fail(errors.New(name + ": it has a time stamp"))
				}
			}
			if family.GetType() != dto.MetricType_GAUGE {
				fail(errors.New(name + ": it is no gauge"))
			}
			all = append(all, family)
		}
		return all, nil
	})
}

// readJunit reads the text as XML, strictly, and then as the reader of Drone's and KubeVirt's CI does.
func readJunit(text string) suites {
	told := suites{Errors: []string{}, Suites: []suite{}}
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			told.Errors = append(told.Errors, err.Error())
			return told
		}
	}
	read, err := junit.IngestReader(strings.NewReader(text))
	if err != nil {
		told.Errors = append(told.Errors, err.Error())
	}
	for _, one := range read {
		cases := []testCase{}
		for _, test := range one.Tests {
			found := testCase{Name: test.Name, Classname: test.Classname, Status: string(test.Status), Message: test.Message}
			var failure junit.Error
			if errors.As(test.Error, &failure) {
				found.Type, found.Message, found.Body = failure.Type, failure.Message, failure.Body
			}
			cases = append(cases, found)
		}
		told.Suites = append(told.Suites, suite{one.Name, one.Properties, one.SystemOut, one.SystemErr, cases, one.Totals})
	}
	return told
}
