import { describe, expect, test } from 'vitest'
import { flagValues } from '../../src/manifest/flags.ts'

describe('flagValues', () => {
  test.each<[string, string[], string, string[]]>([
    ['--flag=value', ['kube-apiserver', '--a=1'], 'a', ['1']],
    ['--flag value', ['kube-apiserver', '--a', '1'], 'a', ['1']],
    ['every occurrence, in order', ['kube-apiserver', '--a=1', '--b=2', '--a', '3'], 'a', ['1', '3']],
    [
      'only what the name is, not what begins like it',
      ['x', '--audit-log-pathology=1'],
      'audit-log-path',
      [],
    ],
    ['a value with an equals sign', ['x', '--a=b=c'], 'a', ['b=c']],
    ['an empty value', ['x', '--a='], 'a', ['']],
    ['a value of several lines', ['x', '--a=one\ntwo'], 'a', ['one\ntwo']],
    ['underscores are dashes', ['x', '--audit_log_maxage=7'], 'audit-log-maxage', ['7']],
    [
      'underscores are dashes in the question as well',
      ['x', '--audit-log-maxage=7'],
      'audit_log_maxage',
      ['7'],
    ],
    ['a single dash is another flag', ['x', '-audit-log-maxage=7'], 'audit-log-maxage', []],
    ['a bare boolean in front of a flag', ['x', '--allow-privileged', '--b=1'], 'allow-privileged', ['true']],
    ['a bare boolean at the end', ['x', '--allow-privileged'], 'allow-privileged', ['true']],
    [
      'a bare audit boolean takes nothing',
      ['x', '--audit-log-compress', 'y'],
      'audit-log-compress',
      ['true'],
    ],
    ['a lone dash is a value', ['x', '--audit-log-path', '-'], 'audit-log-path', ['-']],
    ['a number below zero is a value', ['x', '--audit-log-maxage', '-1'], 'audit-log-maxage', ['-1']],
    [
      'a value that looks like a flag is a value',
      ['x', '--audit-log-path', '--audit-log-maxage=3'],
      'audit-log-path',
      ['--audit-log-maxage=3'],
    ],
    ['… and no flag', ['x', '--audit-log-path', '--audit-log-maxage=3'], 'audit-log-maxage', []],
    ['nothing counts behind --', ['x', '--a=1', '--', '--a=2'], 'a', ['1']],
    ['no flags at all', [], 'a', []],
    ['only flags, as in args', ['--a=1'], 'a', ['1']],
    ['the words of a program are no flags', ['x', 'a=1', '---a=2', '--=3', '-'], 'a', []],
    [
      'the flags of go-runner are not the program’s',
      ['/go-runner', '--log-file=/x', '--also-stdout', '/usr/local/bin/kube-apiserver', '--log-file=/y'],
      'log-file',
      ['/y'],
    ],
    [
      'go-runner with its value in an item of its own',
      ['/go-runner', '-log-file', '--a=1', 'kube-apiserver', '--a=2'],
      'a',
      ['2'],
    ],
    ['go-runner with --', ['/go-runner', '--redirect-stderr', '--', 'kube-apiserver', '--a=2'], 'a', ['2']],
  ])('%s', (_, argv, flag, values) => {
    expect(flagValues(argv, flag)).toEqual(values)
  })
})
