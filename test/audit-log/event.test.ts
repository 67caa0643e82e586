import { describe, expect, test } from 'vitest'
import { findEvent, parseAuditEvent } from '../../src/audit-log/event.ts'

const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  auditID: '6f1b2c4e-3a55-4c1e-9d65-1f5f5b0a7f11',
  stage: 'ResponseComplete',
  requestURI: '/apis/apps/v1/namespaces/default/deployments?limit=1',
  verb: 'list',
  user: { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] },
  sourceIPs: ['172.18.0.1'],
  userAgent: 'planewright/0.1.0',
  objectRef: { resource: 'deployments', namespace: 'default', apiGroup: 'apps', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 200 },
  responseObject: { kind: 'DeploymentList', items: [] },
  requestReceivedTimestamp: '2026-11-02T09:14:07.003120Z',
  stageTimestamp: '2026-11-02T09:14:07.005980Z',
  annotations: { 'authorization.k8s.io/decision': 'allow' },
}
const LINE = JSON.stringify(EVENT)

describe('a line of JSON', () => {
  test('is read completely, with all digits of its timestamps', () => {
    const event = parseAuditEvent(LINE)
    expect(event).toEqual(EVENT)
    expect(event?.stageTimestamp).toBe('2026-11-02T09:14:07.005980Z')
  })

  test('is read from bytes, with characters of several bytes', () => {
    const line = Buffer.from(JSON.stringify({ ...EVENT, userAgent: 'größe/1 😀' }))
    expect(parseAuditEvent(line)?.userAgent).toBe('größe/1 😀')
  })

  test('may be of any length', () => {
    const line = JSON.stringify({ ...EVENT, responseObject: { data: 'x'.repeat(5_000_000) } })
    expect(parseAuditEvent(line)?.auditID).toBe(EVENT.auditID)
  })

  test('is read after the NUL bytes that logrotate’s copytruncate leaves', () => {
    expect(parseAuditEvent(`${'\0'.repeat(4096)}${LINE}`)?.auditID).toBe(EVENT.auditID)
  })

  test('is read if it has no response status and no resource', () => {
    const absent = { responseStatus: undefined, responseObject: undefined, objectRef: undefined }
    const event = parseAuditEvent(JSON.stringify({ ...EVENT, ...absent, stage: 'RequestReceived', user: {} }))
    expect(event).toMatchObject({ stage: 'RequestReceived', user: {} })
    expect(event).not.toHaveProperty('responseStatus')
  })
})

describe('a line that is no event', () => {
  test.each([
    ['nothing', ''],
    ['a block of NUL', '\0'.repeat(512)],
    ['one cut off at the end', LINE.slice(0, -20)],
    ['one cut off at the start', LINE.slice(20)],
    ['two run together', LINE + LINE],
    ['JSON that is no object', '"Event"'],
    [
      'a list of events',
      JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [EVENT] }),
    ],
    ['another version', JSON.stringify({ ...EVENT, apiVersion: 'audit.k8s.io/v1beta1' })],
    ['a stage that there is not', JSON.stringify({ ...EVENT, stage: 'ResponseSent' })],
    ['a level that there is not', JSON.stringify({ ...EVENT, level: 'All' })],
    ['a level that writes no events', JSON.stringify({ ...EVENT, level: 'None' })],
    ['an event without its stamp', JSON.stringify({ ...EVENT, stageTimestamp: undefined })],
    ['an event without its user', JSON.stringify({ ...EVENT, user: null })],
    ['text', 'I1102 09:14:07.005980       1 httplog.go:132] "HTTP" verb="LIST"'],
  ])('%s', (_what, line) => {
    expect(parseAuditEvent(line)).toBeUndefined()
    expect(parseAuditEvent(Buffer.from(line))).toBeUndefined()
  })
})

describe('a line of the legacy format', () => {
  // EventString of k8s.io/apiserver v0.37.2 wrote these lines.
  test.each([
    [
      'a request that was answered',
      String.raw`2026-11-02T09:14:07.00312Z AUDIT: id="6f1b2c4e" stage="ResponseComplete" ip="172.18.0.1" method="list" user="kubernetes-admin" groups="\"kubeadm:cluster-admins\",\"system:authenticated\"" as="<self>" asgroups="<lookup>" user-agent="kubectl/v1.37 (\"x\" \\ y)" namespace="default" uri="/apis/apps/v1/namespaces/default/deployments?limit=1" response="200"`,
      {
        auditID: '6f1b2c4e',
        stage: 'ResponseComplete',
        requestURI: '/apis/apps/v1/namespaces/default/deployments?limit=1',
        verb: 'list',
        user: { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] },
        sourceIPs: ['172.18.0.1'],
        userAgent: String.raw`kubectl/v1.37 ("x" \ y)`,
        objectRef: { namespace: 'default' },
        responseStatus: { code: 200 },
        requestReceivedTimestamp: '2026-11-02T09:14:07.00312Z',
      },
    ],
    [
      'a request that is still open, in the zone of the apiserver',
      '2026-11-02T10:14:07.003120456+01:00 AUDIT: id="x" stage="RequestReceived" ip="<unknown>" method="get" user="<none>" groups="<none>" as="bob" asgroups="<lookup>" user-agent="" namespace="<none>" uri="/version" response="<deferred>"',
      {
        auditID: 'x',
        stage: 'RequestReceived',
        requestURI: '/version',
        verb: 'get',
        user: {},
        impersonatedUser: { username: 'bob' },
        requestReceivedTimestamp: '2026-11-02T10:14:07.003120456+01:00',
      },
    ],
  ])('%s', (_what, line, event) => {
    expect(parseAuditEvent(line)).toEqual(event)
    expect(parseAuditEvent(line.slice(0, -3))).toBeUndefined()
  })
})

describe('looking for an event', () => {
  const received = JSON.stringify({ ...EVENT, stage: 'RequestReceived' })
  const mark = { auditID: EVENT.auditID, stage: 'ResponseComplete' } as const

  test('takes the stage that is asked for', () => {
    expect(findEvent([received, LINE], mark)?.stage).toBe('ResponseComplete')
    expect(findEvent([received], mark)).toBeUndefined()
  })

  test('ignores a line that only mentions the ID', () => {
    const mention = JSON.stringify({
      ...EVENT,
      auditID: 'another',
      requestURI: `/version?x=${EVENT.auditID}`,
    })
    expect(findEvent([mention, '', LINE.slice(0, 100)], mark)).toBeUndefined()
    expect(findEvent([mention, Buffer.from(LINE)], mark)?.auditID).toBe(EVENT.auditID)
  })

  test('finds an ID that JSON has to escape', () => {
    const auditID = 'a"b<c'
    const line = JSON.stringify({ ...EVENT, auditID }).replace('<', '\\u003c')
    expect(findEvent([line], { auditID, stage: 'ResponseComplete' })?.auditID).toBe(auditID)
  })
})
