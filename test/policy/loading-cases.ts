/**
 * Policies, and whether they load. The column `apiserver` is what kube-apiserver does with the same text. It comes from
 * k8s.io/apiserver v0.37.2, and oracle/check-tables.ts checks it again (see oracle/README.md).
 */
export interface LoadingCase {
  readonly what: string
  readonly text: string
  readonly apiserver: 'loads' | 'refuses'
}

/** A policy that planewright loads. The test compares its first rule with the fields in `rule`. */
export interface AcceptedCase extends LoadingCase {
  readonly apiserver: 'loads'
  readonly rule?: Readonly<Record<string, unknown>>
  /** The warnings in order, each as a path and words of its message. */
  readonly warnings?: readonly (readonly [string, string])[]
}

/** A policy that planewright refuses, with the place and words of the reason. */
export interface RefusedCase extends LoadingCase {
  readonly at: readonly [line: number, column: number] | undefined
  readonly why: string
}

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n'
/** A policy with one rule in flow style. The rule begins at line 3, column 9. */
const one = (rule: string): string => `${HEAD}rules: [${rule}]\n`
/** A policy with this list of users. The list begins at line 3, column 33. */
const users = (list: string): string => one(`{level: Metadata, users: ${list}}`)
const JSON_POLICY = '{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"Metadata"}]}'

const longGroup = (length: number): string => `${'a'.repeat(50)}.`.repeat(10).slice(0, length - 1) + 'a'

export const ACCEPTED: readonly AcceptedCase[] = [
  {
    what: 'the least',
    text: one('{level: Metadata}'),
    apiserver: 'loads',
    rule: { level: 'Metadata', users: [] },
  },
  {
    what: 'no kind',
    text: 'apiVersion: audit.k8s.io/v1\nrules: [{level: Metadata}]\n',
    apiserver: 'loads',
    warnings: [['', 'the kind is missing']],
  },
  {
    what: 'dates and times, which are text',
    text: users('[2001-01-01, 12:30:45]'),
    apiserver: 'loads',
    rule: { users: ['2001-01-01', '12:30:45'] },
  },
  {
    what: 'what looks like a number to no parser',
    text: users('[0x, 1__a, 1.2.3, .5.]'),
    apiserver: 'loads',
    rule: { users: ['0x', '1__a', '1.2.3', '.5.'] },
  },
  {
    what: 'quoted scalars',
    text: users(`["yes", 'no', "012", '~']`),
    apiserver: 'loads',
    rule: { users: ['yes', 'no', '012', '~'] },
  },
  {
    what: 'y for true',
    text: one('{level: Metadata, omitManagedFields: y}'),
    apiserver: 'loads',
    rule: { omitManagedFields: true },
  },
  {
    what: 'off for false',
    text: one('{level: Metadata, omitManagedFields: off}'),
    apiserver: 'loads',
    rule: { omitManagedFields: false },
  },
  {
    what: 'omitManagedFields that is null, as if it were left out',
    text: one('{level: Metadata, omitManagedFields: ~}'),
    apiserver: 'loads',
    rule: { level: 'Metadata' },
  },
  {
    what: 'namespaces that are empty: everywhere',
    text: one('{level: Metadata, namespaces: []}'),
    apiserver: 'loads',
    rule: { namespaces: [] },
    warnings: [['rules[0].namespaces', 'restricts nothing']],
  },
  {
    what: 'namespaces without a value: everywhere',
    text: one('{level: Metadata, namespaces: }'),
    apiserver: 'loads',
    rule: { namespaces: [] },
    warnings: [['rules[0].namespaces', 'restricts nothing']],
  },
  {
    what: 'the cluster scope, written out',
    text: one('{level: Metadata, namespaces: [""]}'),
    apiserver: 'loads',
    rule: { namespaces: [''] },
  },
  {
    what: 'an empty entry of resources: the whole core group',
    text: one('{level: Metadata, resources: [{}], namespaces: [x]}'),
    apiserver: 'loads',
    rule: { resources: [{ group: '', resources: [], resourceNames: [] }] },
    warnings: [['rules[0].resources[0]', 'the whole core group']],
  },
  {
    what: 'a merge that sets nothing twice',
    text: `${HEAD}rules:\n- &a {level: Metadata, users: [a]}\n- {<<: *a, verbs: [get]}\n`,
    apiserver: 'loads',
    rule: { users: ['a'] },
    warnings: [['rules[1]', 'never reached']],
  },
  {
    what: 'an alias',
    text: `${HEAD}rules:\n- {level: Metadata, users: &who [a, b]}\n- {level: None, verbs: [get], userGroups: *who}\n`,
    apiserver: 'loads',
    rule: { users: ['a', 'b'] },
  },
  { what: 'JSON', text: JSON_POLICY, apiserver: 'loads' },
  {
    what: 'JSON with white space in front, tabs and escapes',
    text: ` \n\t{"apiVersion":"audit.k8s.io\\/v1",\t"kind":"Policy",\n\t"rules":[{"level":"Metadata","users":["\\ud83d\\ude00 \\u0079es"]}]}\n`,
    apiserver: 'loads',
    rule: { users: ['😀 yes'] },
  },
  {
    what: 'a flow mapping behind ---',
    text: '---\n{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata,}]} # so\n',
    apiserver: 'loads',
  },
  {
    what: 'a flow mapping behind a comment',
    text: '# so\n{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}\n',
    apiserver: 'loads',
  },
  {
    what: 'a flow mapping behind a byte order mark',
    text: '\ufeff{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}\n',
    apiserver: 'loads',
  },
  { what: 'CRLF', text: one('{level: Metadata}').replaceAll('\n', '\r\n'), apiserver: 'loads' },
  { what: 'CR alone', text: one('{level: Metadata}').replaceAll('\n', '\r'), apiserver: 'loads' },
  {
    what: 'nothing behind --- and ...',
    text: `${one('{level: Metadata}')}---\n# nothing\n...\n`,
    apiserver: 'loads',
  },
  {
    what: 'metadata, whatever its name',
    text: `${HEAD}metadata: {name: NOT A DNS NAME, labels: {a: "1"}, creationTimestamp: null}\nrules: [{level: Metadata}]\n`,
    apiserver: 'loads',
  },
  {
    what: 'every URL that may be',
    text: one('{level: Metadata, nonResourceURLs: ["*", "/a*", "/a/*", "/a"]}'),
    apiserver: 'loads',
  },
  {
    what: 'groups of one digit and of 253 characters',
    text: one(`{level: Metadata, resources: [{group: "1"}, {group: ${longGroup(253)}}]}`),
    apiserver: 'loads',
  },
  {
    what: 'groups that never match the core group',
    text: one('{level: Metadata, resources: [{group: core}, {group: v1, resources: [pods]}]}'),
    apiserver: 'loads',
    warnings: [
      ['rules[0].resources[0].group', '"core" is not the core group'],
      ['rules[0].resources[1].group', '"v1" is not the core group'],
    ],
  },
  {
    what: 'resources that no request has, beside one that some have',
    text: one(
      '{level: Metadata, resources: [{resources: ["*/*", "pods/", "", "po*", "a/b/c", Pods, pods]}]}',
    ),
    apiserver: 'loads',
    warnings: [
      ['rules[0].resources[0].resources[0]', '*/* matches nothing'],
      ['rules[0].resources[0].resources[1]', 'no request has the resource "pods/"'],
      ['rules[0].resources[0].resources[2]', 'no request has the resource ""'],
      ['rules[0].resources[0].resources[3]', 'the * is not a wildcard'],
      ['rules[0].resources[0].resources[4]', 'no request has the resource "a/b/c"'],
      ['rules[0].resources[0].resources[5]', 'lower case'],
    ],
  },
  {
    what: '* where it is not a wildcard',
    text: one(
      '{level: Metadata, verbs: ["*", get], users: ["system:*"], userGroups: ["*"], namespaces: ["kube-*"], resources: [{resources: [pods], resourceNames: ["web-*"]}]}',
    ),
    apiserver: 'loads',
    warnings: [
      ['rules[0].verbs[0]', '* is not a wildcard'],
      ['rules[0].users[0]', '* is not a wildcard'],
      ['rules[0].userGroups[0]', '* is not a wildcard'],
      ['rules[0].namespaces[0]', '* is not a wildcard'],
      ['rules[0].resources[0].resourceNames[0]', '* is not a wildcard'],
    ],
  },
  {
    what: 'verbs that no request has',
    text: one('{level: Metadata, resources: [{resources: [pods]}], verbs: [Get, post, lst, impersonate]}'),
    apiserver: 'loads',
    warnings: [
      ['rules[0].verbs[0]', 'did you mean get?'],
      ['rules[0].verbs[1]', 'did you mean create?'],
      ['rules[0].verbs[2]', 'did you mean list?'],
      ['rules[0].verbs[3]', 'the verbs here are get, list'],
    ],
  },
  {
    what: 'verbs of resources with URLs',
    text: one('{level: Metadata, nonResourceURLs: ["/healthz"], verbs: [get, head, list, create]}'),
    apiserver: 'loads',
    warnings: [
      ['rules[0].verbs[2]', 'did you mean get?'],
      ['rules[0].verbs[3]', 'did you mean post?'],
    ],
  },
  {
    what: 'users among groups, and groups among users',
    text: one(
      '{level: Metadata, userGroups: ["system:serviceaccount:a:b", "system:serviceaccounts:a"], users: ["system:serviceaccounts", "system:masters", "system:serviceaccount:a:b"]}',
    ),
    apiserver: 'loads',
    warnings: [
      ['rules[0].users[0]', 'the name of a group'],
      ['rules[0].users[1]', 'the name of a group'],
      ['rules[0].userGroups[0]', 'the name of a user'],
    ],
  },
  {
    what: 'a resource among the URLs',
    text: one('{level: Metadata, nonResourceURLs: ["/api/v1/pods*", "/api/v1", "/apis/*"]}'),
    apiserver: 'loads',
    warnings: [['rules[0].nonResourceURLs[0]', 'is the URL of a resource']],
  },
  {
    what: 'rules that are never reached, by one before and by several',
    text: `${HEAD}rules:
- {level: None, resources: [{group: "*", resources: ["*/status", "pods/*"]}], verbs: [get, list]}
- {level: Metadata, resources: [{resources: [pods, "nodes/status"]}], verbs: [list], users: [a]}
- {level: None, users: [a]}
- {level: Metadata, nonResourceURLs: ["/a*"]}
- {level: Metadata, users: [a], nonResourceURLs: ["/b"]}
- {level: Request, resources: [{resources: [pods], resourceNames: [x]}], verbs: [get], userGroups: [g]}
- {level: Metadata, nonResourceURLs: ["/ab", "/a/*"]}
- {level: Metadata}
- {level: None}
`,
    apiserver: 'loads',
    warnings: [
      ['rules[1]', 'never reached: rules[0] matches'],
      ['rules[4]', 'never reached: rules[2] matches'],
      ['rules[5]', 'never reached: rules[0] matches'],
      ['rules[6]', 'never reached: rules[3] matches'],
      ['rules[8]', 'never reached: rules[7] matches'],
    ],
  },
  {
    what: 'a rule that two others leave nothing',
    text: `${HEAD}rules:\n- {level: None, verbs: [get]}\n- {level: Metadata, verbs: [list]}\n- {level: Request, verbs: [get, list]}\n- {level: Request, verbs: [get, list, watch]}\n`,
    apiserver: 'loads',
    warnings: [['rules[2]', 'the rules before it together']],
  },
  {
    what: 'secrets with their contents',
    text: `${HEAD}rules:\n- {level: RequestResponse, resources: [{resources: [secrets]}]}\n- {level: Request, resources: [{resources: [configmaps]}], verbs: [get]}\n- {level: Request, resources: [{resources: [configmaps]}], verbs: [create]}\n`,
    apiserver: 'loads',
    warnings: [
      ['rules[0].level', 'the contents of secrets'],
      ['rules[2].level', 'the contents of config maps'],
    ],
  },
  {
    what: 'secrets that an earlier rule keeps out, and what it leaves',
    text: `${HEAD}rules:\n- {level: Metadata, resources: [{resources: [secrets, configmaps, "serviceaccounts/token"]}]}\n- {level: RequestResponse}\n`,
    apiserver: 'loads',
    warnings: [['rules[1].level', 'the tokens of everybody who logs in']],
  },
  {
    what: 'a policy that nothing can prove',
    text: `${HEAD}omitStages: [ResponseComplete]\nrules: [{level: Metadata}]\n`,
    apiserver: 'loads',
    warnings: [['omitStages', 'no rule logs at ResponseComplete']],
  },
]

export const REFUSED: readonly RefusedCase[] = [
  { what: 'nothing', text: '', apiserver: 'refuses', at: [1, 1], why: 'the file has no YAML in it' },
  { what: 'comments alone', text: '# so\n', apiserver: 'refuses', at: [1, 1], why: 'no YAML' },
  {
    what: 'an empty first document',
    text: `---\n---\n${one('{level: Metadata}')}`,
    apiserver: 'refuses',
    at: [1, 1],
    why: 'the first document is empty',
  },
  { what: 'text', text: 'level: None, I think\n', apiserver: 'refuses', at: [1, 1], why: 'no field "level"' },
  {
    what: 'a list',
    text: '- level: None\n',
    apiserver: 'refuses',
    at: [1, 1],
    why: 'expected a mapping of apiVersion, kind',
  },
  {
    what: 'no apiVersion',
    text: 'kind: Policy\nrules: [{level: Metadata}]\n',
    apiserver: 'refuses',
    at: [1, 1],
    why: 'the apiVersion is missing',
  },
  {
    what: 'an old apiVersion',
    text: 'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: Metadata}]\n',
    apiserver: 'refuses',
    at: [1, 13],
    why: 'is "audit.k8s.io/v1beta1": it has to be audit.k8s.io/v1',
  },
  {
    what: 'another kind',
    text: 'apiVersion: audit.k8s.io/v1\nkind: Pod\nrules: [{level: Metadata}]\n',
    apiserver: 'refuses',
    at: [2, 7],
    why: 'the kind is "Pod"',
  },
  {
    what: 'a list of policies',
    text: 'apiVersion: audit.k8s.io/v1\nkind: PolicyList\nrules: [{level: Metadata}]\n',
    apiserver: 'refuses',
    at: [2, 7],
    why: 'the kind is "PolicyList"',
  },
  {
    what: 'no rules',
    text: HEAD,
    apiserver: 'refuses',
    at: [1, 1],
    why: 'rules (line 1): a policy needs at least one rule',
  },
  {
    what: 'zero rules',
    text: `${HEAD}rules: []\n`,
    apiserver: 'refuses',
    at: [3, 8],
    why: 'at least one rule',
  },
  {
    what: 'Rules for rules',
    text: `${HEAD}Rules: [{level: Metadata}]\n`,
    apiserver: 'refuses',
    at: [1, 1],
    why: 'did you mean rules?',
  },
  {
    what: 'Level for level',
    text: one('{Level: Metadata}'),
    apiserver: 'refuses',
    at: [3, 9],
    why: 'did you mean level?',
  },
  {
    what: 'apiversion for apiVersion',
    text: 'apiversion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n',
    apiserver: 'loads',
    at: [1, 1],
    why: 'did you mean apiVersion?',
  },
  {
    what: 'both spellings of kind',
    text: `${HEAD}KIND: Policy\nrules: [{level: Metadata}]\n`,
    apiserver: 'loads',
    at: [3, 1],
    why: 'did you mean kind?',
  },
  {
    what: 'a misspelt field, which would widen the rule',
    text: one('{level: Metadata, namespace: [a]}'),
    apiserver: 'loads',
    at: [3, 27],
    why: 'rules[0].namespace (line 3): there is no field "namespace", and kube-apiserver would ignore it: did you mean namespaces?',
  },
  {
    what: 'a field far from all others',
    text: one('{level: Metadata, matchConditions: []}'),
    apiserver: 'loads',
    at: [3, 27],
    why: 'the fields are level, users',
  },
  {
    what: 'a field at the wrong depth',
    text: one('{level: Metadata, resources: [{group: "", namespaces: [a]}]}'),
    apiserver: 'loads',
    at: [3, 51],
    why: 'rules[0].resources[0].namespaces',
  },
  {
    what: 'a field twice',
    text: one('{level: Metadata, level: None}'),
    apiserver: 'loads',
    at: [3, 27],
    why: 'level is set twice',
  },
  {
    what: 'rules twice, in JSON',
    text: '{"apiVersion":"audit.k8s.io/v1","kind":"Policy",\n "rules":[{"level":"Metadata","verbs":["get"]}],\n "rules":[{"users":["x"]}]}',
    apiserver: 'loads',
    at: [3, 2],
    why: 'rules is set twice',
  },
  {
    what: 'a merge after the key',
    text: `${HEAD}rules:\n- &a {level: Metadata, users: [a]}\n- {level: None, <<: *a}\n`,
    apiserver: 'loads',
    at: [4, 7],
    why: 'set both by a merge key (<<) and beside it',
  },
  {
    what: 'a merge before the key',
    text: `${HEAD}rules:\n- &a {level: Metadata, users: [a]}\n- {<<: *a, level: None}\n`,
    apiserver: 'loads',
    at: [5, 12],
    why: 'set both by a merge key (<<) and beside it',
  },
  {
    what: 'a merge of text',
    text: one('{<<: a, level: Metadata}'),
    apiserver: 'refuses',
    at: [3, 10],
    why: '<< can merge only a mapping',
  },
  ...['yes', 'y', 'on', '012', '08', '0o12', '1_000', '1e3', '0x1f', '1.', '.5', '-.inf', '+1', '0b11'].map(
    (word) => ({
      what: `${word}, which is no text`,
      text: users(`[${word}]`),
      apiserver: 'refuses' as const,
      at: [3, 35] as const,
      why: `rules[0].users[0] (line 3): expected text, found ${word}`,
    }),
  ),
  {
    what: 'an empty entry in namespaces, which would be the cluster scope',
    text: one('{level: Metadata, namespaces: [~]}'),
    apiserver: 'loads',
    at: [3, 40],
    why: 'an entry of this list is empty',
  },
  {
    what: 'an empty entry in resources, which would be the core group',
    text: one('{level: Metadata, resources: [~]}'),
    apiserver: 'loads',
    at: [3, 39],
    why: 'expected a mapping of group, resources, resourceNames, found nothing',
  },
  {
    what: 'an empty entry in omitStages',
    text: one('{level: Metadata, omitStages: [~]}'),
    apiserver: 'refuses',
    at: [3, 40],
    why: 'is empty',
  },
  {
    what: 'an empty rule',
    text: one('~'),
    apiserver: 'refuses',
    at: [3, 9],
    why: 'expected a mapping of level',
  },
  {
    what: 'text for a list',
    text: one('{level: Metadata, verbs: get}'),
    apiserver: 'refuses',
    at: [3, 34],
    why: 'rules[0].verbs (line 3): expected a list, found the text "get"',
  },
  {
    what: 'text for true',
    text: one('{level: Metadata, omitManagedFields: "true"}'),
    apiserver: 'refuses',
    at: [3, 46],
    why: 'expected true or false, found the text "true"',
  },
  {
    what: 'a list for text',
    text: one('{level: [Metadata]}'),
    apiserver: 'refuses',
    at: [3, 17],
    why: 'expected text, found a list',
  },
  {
    what: 'no level',
    text: one('{verbs: [get]}'),
    apiserver: 'refuses',
    at: [3, 9],
    why: 'rules[0].level (line 3): a rule needs a level',
  },
  {
    what: 'a level that there is not',
    text: one('{level: RequestResponce}'),
    apiserver: 'refuses',
    at: [3, 17],
    why: 'did you mean RequestResponse?',
  },
  {
    what: 'a level in lower case',
    text: one('{level: metadata}'),
    apiserver: 'refuses',
    at: [3, 17],
    why: 'did you mean Metadata?',
  },
  {
    what: 'a stage that there is not',
    text: `${HEAD}omitStages: [RequestRecieved]\nrules: [{level: Metadata}]\n`,
    apiserver: 'refuses',
    at: [3, 14],
    why: 'omitStages[0] (line 3): there is no stage "RequestRecieved": did you mean RequestReceived?',
  },
  {
    what: 'a URL without its slash',
    text: one('{level: Metadata, nonResourceURLs: [healthz]}'),
    apiserver: 'refuses',
    at: [3, 45],
    why: 'has to start with /',
  },
  {
    what: 'an empty URL',
    text: one('{level: Metadata, nonResourceURLs: [""]}'),
    apiserver: 'refuses',
    at: [3, 45],
    why: 'has to start with /',
  },
  {
    what: '** for a URL',
    text: one('{level: Metadata, nonResourceURLs: ["**"]}'),
    apiserver: 'refuses',
    at: [3, 45],
    why: 'has to start with /',
  },
  {
    what: '/** for a URL',
    text: one('{level: Metadata, nonResourceURLs: ["/**"]}'),
    apiserver: 'refuses',
    at: [3, 45],
    why: 'before the end',
  },
  {
    what: '* within a URL',
    text: one('{level: Metadata, nonResourceURLs: ["/a/*/b"]}'),
    apiserver: 'refuses',
    at: [3, 45],
    why: 'before the end',
  },
  {
    what: 'URLs and resources',
    text: one('{level: Metadata, nonResourceURLs: [/a], resources: [{}]}'),
    apiserver: 'refuses',
    at: [3, 44],
    why: 'cannot be both for',
  },
  {
    what: 'URLs and namespaces',
    text: one('{level: Metadata, nonResourceURLs: [/a], namespaces: [a]}'),
    apiserver: 'refuses',
    at: [3, 44],
    why: 'cannot be both for',
  },
  {
    what: 'a group with a version',
    text: one('{level: Metadata, resources: [{group: apps/v1}]}'),
    apiserver: 'refuses',
    at: [3, 47],
    why: 'without a version (apps)',
  },
  {
    what: 'a group with a wildcard',
    text: one('{level: Metadata, resources: [{group: "*.io"}]}'),
    apiserver: 'refuses',
    at: [3, 47],
    why: 'is not an API group',
  },
  {
    what: 'a group of 254 characters',
    text: one(`{level: Metadata, resources: [{group: ${longGroup(254)}}]}`),
    apiserver: 'refuses',
    at: [3, 47],
    why: 'is not an API group',
  },
  {
    what: 'names without resources',
    text: one('{level: Metadata, resources: [{resourceNames: [a]}]}'),
    apiserver: 'refuses',
    at: [3, 55],
    why: 'needs at least one entry in resources',
  },
  {
    what: 'JSON with names that are not quoted',
    text: '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}',
    apiserver: 'refuses',
    at: [1, 2],
    why: 'strict JSON',
  },
  {
    what: 'JSON with a comma too many',
    text: JSON_POLICY.replace('}]', '},]'),
    apiserver: 'refuses',
    at: [1, 79],
    why: 'strict JSON',
  },
  {
    what: 'JSON with a comment behind it',
    text: `${JSON_POLICY}\n# so\n`,
    apiserver: 'refuses',
    at: [2, 1],
    why: 'strict JSON',
  },
  {
    what: 'a second policy',
    text: `${one('{level: Metadata}')}---\n${one('{level: None}')}`,
    apiserver: 'loads',
    at: [5, 1],
    why: 'only the first document',
  },
  {
    what: 'what is no YAML behind ...',
    text: `${one('{level: Metadata}')}...\nrules: [\n`,
    apiserver: 'loads',
    at: undefined,
    why: 'only the first document',
  },
  {
    what: 'a directive',
    text: `%YAML 1.2\n---\n${one('{level: Metadata}')}`,
    apiserver: 'refuses',
    at: [1, 1],
    why: 'directives',
  },
  {
    what: 'the directive of the right version',
    text: `%YAML 1.1\n---\n${one('{level: Metadata}')}`,
    apiserver: 'loads',
    at: [1, 1],
    why: 'directives',
  },
  {
    what: 'a tag',
    text: users('[!x a]'),
    apiserver: 'loads',
    at: undefined,
    why: 'not read YAML tags such as !x',
  },
  { what: 'an alias of nothing', text: users('*who'), apiserver: 'refuses', at: [3, 34], why: 'who' },
  {
    what: 'an anchor within itself',
    text: users('&who [*who]'),
    apiserver: 'refuses',
    at: undefined,
    why: 'contains itself',
  },
  {
    what: 'a number for the name',
    text: `${HEAD}metadata: {name: 3}\nrules: [{level: Metadata}]\n`,
    apiserver: 'refuses',
    at: [3, 18],
    why: 'metadata.name (line 3): expected text, found 3',
  },
  {
    what: 'a number for a label',
    text: `${HEAD}metadata: {labels: {a: 1}}\nrules: [{level: Metadata}]\n`,
    apiserver: 'refuses',
    at: [3, 24],
    why: 'metadata.labels.a (line 3): expected text, found 1',
  },
  {
    what: 'a time of creation that is none',
    text: `${HEAD}metadata: {creationTimestamp: today}\nrules: [{level: Metadata}]\n`,
    apiserver: 'refuses',
    at: [3, 31],
    why: 'remove this field',
  },
  {
    what: 'a tab that indents',
    text: `${HEAD}rules:\n\t- level: Metadata\n`,
    apiserver: 'refuses',
    at: [4, 1],
    why: 'does not allow a tab',
  },
  {
    what: 'an escape of YAML 1.2',
    text: users('["a\\/b"]'),
    apiserver: 'refuses',
    at: [3, 35],
    why: 'no escape \\/',
  },
  {
    what: 'a question mark between brackets',
    text: users('[a?b, c? d]'),
    apiserver: 'refuses',
    at: [3, 35],
    why: 'needs quotes',
  },
  {
    what: 'a colon in front between brackets',
    text: users('[:a]'),
    apiserver: 'refuses',
    at: [3, 35],
    why: 'needs quotes',
  },
  {
    what: 'a key that its value follows at once, between brackets',
    text: one('{level: Metadata, verbs:[get]}'),
    apiserver: 'refuses',
    at: [3, 27],
    why: 'a space after its colon',
  },
  {
    what: 'a key apart from its colon',
    text: one('{level: Metadata, verbs\n : [get]}'),
    apiserver: 'refuses',
    at: [3, 27],
    why: 'on the same line',
  },
  {
    what: 'a control character',
    text: users('["a\u0007"]'),
    apiserver: 'refuses',
    at: [3, 37],
    why: 'U+0007',
  },
  {
    what: 'half of a character',
    text: users('["\\ud800"]'),
    apiserver: 'refuses',
    at: [3, 35],
    why: 'half of a character',
  },
  {
    what: 'an open bracket',
    text: `${HEAD}rules: [{level: Metadata}\n`,
    apiserver: 'refuses',
    at: undefined,
    why: 'line',
  },
  {
    what: 'rules that are all None',
    text: `${HEAD}rules: [{level: None, verbs: [get]}, {level: None}]\n`,
    apiserver: 'loads',
    at: [3, 8],
    why: 'no rule of this policy can ever log anything',
  },
  {
    what: 'a None before all that logs',
    text: `${HEAD}rules: [{level: None}, {level: Metadata}]\n`,
    apiserver: 'loads',
    at: [3, 8],
    why: 'no rule of this policy can ever log anything',
  },
  {
    what: 'every stage omitted, half by the policy and half by the rule',
    text: `${HEAD}omitStages: [RequestReceived, ResponseStarted]\nrules: [{level: Metadata, omitStages: [ResponseComplete, Panic]}]\n`,
    apiserver: 'loads',
    at: [4, 8],
    why: 'no rule of this policy can ever log anything',
  },
  {
    what: 'a rule that no request matches, alone',
    text: one('{level: Metadata, resources: [{resources: ["*/*"]}]}'),
    apiserver: 'loads',
    at: [3, 8],
    why: 'no rule of this policy can ever log anything',
  },
]
