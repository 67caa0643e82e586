//go:build tools

// Package main names actionlint's own package for `go mod tidy`: a program cannot be imported.
package main

import _ "github.com/rhysd/actionlint/cmd/actionlint"
