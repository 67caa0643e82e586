//go:build tools

// Package main names crictl's own package for `go mod tidy`: a program cannot be imported.
package main

import _ "github.com/kubernetes-sigs/cri-tools/cmd/crictl"
