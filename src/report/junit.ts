import type { Requirements } from './requirements.ts'
import type { Report } from './schema.ts'
import { suitesOf } from './suites.ts'
import type { Case, Suite, Verdict } from './verdict.ts'
import { visibleLine } from './visible.ts'
import { xmlElement, xmlText } from './xml.ts'

/** Elements, each on its own line. */
function lines(elements: readonly string[]): string {
  return elements.length === 0 ? '' : `\n${elements.join('\n')}\n`
}

function verdictElement(verdict: Verdict): string {
  switch (verdict.status) {
    case 'passed':
      return ''
    case 'skipped':
      return xmlElement('skipped', { message: visibleLine(verdict.message) }, '')
    case 'failed':
    case 'error': {
      const { type, message, details } = verdict
      const name = verdict.status === 'failed' ? 'failure' : 'error'
      return xmlElement(name, { type, message: visibleLine(message) }, xmlText(details))
    }
  }
}

function caseElement({ verb }: Report, suite: Suite, { name, verdict }: Case, seconds: string): string {
  const attributes = {
    // Services identify a case by both together. Jenkins makes a package and a class from the classname.
    classname: `planewright.${verb}`,
    name: visibleLine(`${suite.name}: ${name}`),
    time: seconds,
  }
  return xmlElement('testcase', attributes, verdictElement(verdict))
}

function propertiesElement(report: Report, suite: Suite): string {
  const all = { version: report.planewright, verb: report.verb, ...suite.properties }
  const elements = Object.entries(all).map(([name, value]) => xmlElement('property', { name, value }, ''))
  return xmlElement('properties', {}, lines(elements))
}

function suiteElement(report: Report, suite: Suite, index: number): string {
  const count = (status: Verdict['status']) =>
    String(suite.cases.filter(({ verdict }) => verdict.status === status).length)
  // The time of the run is known; the time of each host is not.
  const seconds = index === 0 ? String(report.milliseconds / 1000) : '0'
  const attributes = {
    id: String(index),
    package: 'planewright',
    name: visibleLine(suite.name),
    hostname: visibleLine(suite.hostname),
    // In UTC; the schemas allow no zone.
    timestamp: report.started.slice(0, 'YYYY-MM-DDThh:mm:ss'.length),
    time: seconds,
    tests: String(suite.cases.length),
    failures: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
  }
  const content = lines([
    propertiesElement(report, suite),
    ...suite.cases.map((one) => caseElement(report, suite, one, seconds)),
    xmlElement('system-out', {}, xmlText(suite.notes.join('\n'))),
    xmlElement('system-err', {}, xmlText(suite.warnings.join('\n'))),
  ])
  return xmlElement('testsuite', attributes, content)
}

/**
 * A report as JUnit's XML: a suite for the run, for each host and for each cluster. There is no standard.
 * This output is valid in both schemas that people use: Ant's (windyroad/JUnit-Schema, JUnit.xsd) and
 * Jenkins' (jenkinsci/xunit-plugin, junit-10.xsd). Pure.
 */
export function renderJunit(report: Report, requirements: Requirements): string {
  const suites = suitesOf(report, requirements).map((suite, index) => suiteElement(report, suite, index))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement('testsuites', {}, lines(suites))}\n`
}
