import { describe, expect, test } from 'vitest'
import { editStaticPod } from '../../src/manifest/edit.ts'
import { describeDifferences } from './describe-differences.ts'
import { editOf, place } from './wanted.ts'

const head = `apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
spec:
  containers:
  - name: kube-apiserver
`

const edit = editOf({ flags: { 'audit-log-path': '/log', 'audit-log-maxage': '30' } })

interface Case {
  readonly name: string
  /** The container's lines after its name, before and after the edit. Without `after`, nothing changes. */
  readonly before: string
  readonly after?: string
  readonly differences?: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'behind the last flag of the command',
    before: `    command:
    - kube-apiserver
    - --a=b # first
    # before the image
    image: x
`,
    after: `    command:
    - kube-apiserver
    - --a=b # first
    - --audit-log-path=/log
    - --audit-log-maxage=30
    # before the image
    image: x
`,
    differences: [
      'flag --audit-log-path is missing, should be /log',
      'flag --audit-log-maxage is missing, should be 30',
    ],
  },
  {
    name: 'already right',
    before: `    command: [kube-apiserver, --audit-log-maxage=30, '--audit-log-path=/log']\n`,
  },
  {
    name: 'in args, where RKE2 has them',
    before: `    args:
      - "--a=b"
      - "--audit-log-maxage=7"
    command:
      - kube-apiserver
`,
    after: `    args:
      - "--a=b"
      - "--audit-log-maxage=30"
      - "--audit-log-path=/log"
    command:
      - kube-apiserver
`,
    differences: [
      'flag --audit-log-path is missing, should be /log',
      'flag --audit-log-maxage is 7, should be 30',
    ],
  },
  {
    name: 'behind go-runner, where kOps has them, whose own flags are not touched',
    before: `    command:
    - /go-runner
    args:
    - --audit-log-maxage=1
    - --log-file=/var/log/kube-apiserver.log
    - /usr/local/bin/kube-apiserver
    - --v=2
`,
    after: `    command:
    - /go-runner
    args:
    - --audit-log-maxage=1
    - --log-file=/var/log/kube-apiserver.log
    - /usr/local/bin/kube-apiserver
    - --v=2
    - --audit-log-path=/log
    - --audit-log-maxage=30
`,
  },
  {
    name: 'args of an image whose entrypoint is the program',
    before: `    command: null
    args: ['--a=b']
`,
    after: `    command: null
    args: ['--a=b', '--audit-log-path=/log', '--audit-log-maxage=30']
`,
  },
  {
    name: 'neither command nor args',
    before: `    image: x\n`,
    after: `    image: x
    command:
    - kube-apiserver
    - --audit-log-path=/log
    - --audit-log-maxage=30
`,
  },
  {
    name: 'a command that is null, with a comment',
    before: `    command: # none\n    image: x\n`,
    after: `    command: # none
    - kube-apiserver
    - --audit-log-path=/log
    - --audit-log-maxage=30
    image: x
`,
  },
  {
    name: 'an empty list on a line of its own',
    before: `    command:\n      # soon\n      []\n    image: x\n`,
    after: `    command:
      # soon
    - kube-apiserver
    - --audit-log-path=/log
    - --audit-log-maxage=30
    image: x
`,
  },
  {
    name: 'only the program',
    before: `    command: [/usr/local/bin/kube-apiserver]\n    args: []\n`,
    after: `    command: [/usr/local/bin/kube-apiserver, --audit-log-path=/log, --audit-log-maxage=30]\n    args: []\n`,
  },
  {
    name: 'two items become one, twice becomes once, comments stay',
    before: `    command:
    - kube-apiserver
    # how long
    - --audit-log-maxage # days
    # seven
    - "7"
    - --a=b

    - '--audit_log_path=/old' # old
    - --audit-log-maxage=8   # again
    - --z=y
`,
    after: `    command:
    - kube-apiserver
    # how long
    - --audit-log-maxage=30 # days
    # seven
    - --a=b

    - '--audit-log-path=/log' # old
    # again
    - --z=y
`,
    differences: [
      'flag --audit-log-path is /old, should be /log',
      'flag --audit-log-maxage is set twice',
      'flag --audit-log-maxage is 8, should be 30',
    ],
  },
  {
    name: 'another spelling of the same value',
    before: `    command:
    - kube-apiserver
    - --audit_log_maxage=30
    - --audit-log-path
    - /log
`,
    after: `    command:
    - kube-apiserver
    - --audit-log-maxage=30
    - --audit-log-path=/log
`,
    differences: [
      'flag --audit-log-path is written as "--audit-log-path /log"',
      'flag --audit-log-maxage is written as "--audit_log_maxage=30"',
    ],
  },
  {
    name: 'the same value three times',
    before: `    command: [kube-apiserver, --audit-log-path=/log, --audit-log-path=/log, --audit-log-maxage=30,
      --audit-log-path=/log]
`,
    after: `    command: [kube-apiserver, --audit-log-path=/log, --audit-log-maxage=30
      ]
`,
    differences: ['flag --audit-log-path is set 3 times'],
  },
  {
    name: 'a value in the other list, and a list that is empty afterwards',
    before: `    command:
    - kube-apiserver
    - --audit-log-maxage=30
    - --audit-log-path
    args: # all of them
    # the path
    - /old # here
    image: x
`,
    after: `    command:
    - kube-apiserver
    - --audit-log-maxage=30
    - --audit-log-path=/log
    args: [] # all of them
    # the path
    # here
    image: x
`,
  },
  {
    name: 'a value that looks like a flag',
    before: `    command:
    - kube-apiserver
    - --audit-log-path
    - --audit-log-maxage=3
    - -v
    - "4"
`,
    after: `    command:
    - kube-apiserver
    - --audit-log-path=/log
    - -v
    - "4"
    - --audit-log-maxage=30
`,
  },
  {
    name: 'in front of --',
    before: `    command: [kube-apiserver, --a=b, --, --audit-log-path=/log]\n`,
    after: `    command: [kube-apiserver, --a=b, --audit-log-path=/log, --audit-log-maxage=30, --, --audit-log-path=/log]\n`,
  },
  {
    name: 'a flow list on lines of its own, with a comma at the end',
    before: `    command: [
      "kube-apiserver", # the program
      "--audit-log-maxage=7", # a week
      "--a=b",
      "--audit-log-maxage=8", # more
    ]
`,
    after: `    command: [
      "kube-apiserver", # the program
      "--audit-log-maxage=30", # a week
      "--a=b",
      # more
      "--audit-log-path=/log",
    ]
`,
  },
  {
    name: 'a flow list on lines of its own, without',
    before: `    command: [
      kube-apiserver,
      --a=b # last
    ]
`,
    after: `    command: [
      kube-apiserver,
      --a=b, # last
      --audit-log-path=/log,
      --audit-log-maxage=30
    ]
`,
  },
  {
    name: 'block scalars, plain ones of several lines, and a long line that is not folded',
    before: `    command:
    - kube-apiserver
    - >- # folded
      --audit-log-path=/a/very/long/path

    - --audit-log-maxage=
      7
    - |
      --${'x'.repeat(200)}
`,
    after: `    command:
    - kube-apiserver
    - --audit-log-path=/log # folded

    - --audit-log-maxage=30
    - |
      --${'x'.repeat(200)}
`,
  },
  {
    name: 'a tag',
    before: `    command:
    - !!str kube-apiserver
    - !!str --audit-log-path=x
    - !!str --audit-log-maxage=30
`,
    after: `    command:
    - !!str kube-apiserver
    - --audit-log-path=/log
    - !!str --audit-log-maxage=30
`,
  },
  {
    name: 'an alias as the flag itself, whose anchor is elsewhere',
    before: `    env:
    - name: X
      value: &age --audit-log-maxage=7
    command:
    - kube-apiserver
    - *age
    - --audit-log-path=/log
    - *age
`,
    after: `    env:
    - name: X
      value: &age --audit-log-maxage=7
    command:
    - kube-apiserver
    - --audit-log-maxage=30
    - --audit-log-path=/log
`,
  },
  {
    name: 'anchors that stand elsewhere, or that nothing uses',
    before: `    command: &unused
    - kube-apiserver
    - &age --audit-log-maxage=7
    - --audit-log-path=/log
    resources: &resources {}
    x: *resources
`,
    after: `    command: &unused
    - kube-apiserver
    - &age --audit-log-maxage=30
    - --audit-log-path=/log
    resources: &resources {}
    x: *resources
`,
  },
]

describe('editStaticPod and flags', () => {
  test.each(cases)('$name', ({ before, after, differences }) => {
    const text = head + before
    const edited = editStaticPod(text, edit, place)
    expect(edited).toBe(head + (after ?? before))
    expect(editStaticPod(edited, edit, place)).toBe(edited)
    expect(describeDifferences(edited, edit)).toEqual([])
    if (after === undefined) expect(describeDifferences(text, edit)).toEqual([])
    else expect(describeDifferences(text, edit)).not.toEqual([])
    if (differences !== undefined) expect(describeDifferences(text, edit)).toEqual(differences)
  })

  test.each([
    ['a colon', 'a: b', '"--x=a: b"'],
    ['a hash', 'a #b', '"--x=a #b"'],
    ['quotes', `"it's"`, `--x="it's"`],
    ['a backslash', 'C:\\x', '--x=C:\\x'],
    ['a space at the end', 'a ', '"--x=a "'],
    ['a line end', 'a\nb', '"--x=a\\nb"'],
    ['a line separator', 'a\u2028b', '"--x=a\\u2028b"'],
    ['a control character', 'a\u0085b', '"--x=a\\u0085b"'],
    ['a colon at the end', 'a:', '"--x=a:"'],
    ['letters of any kind', 'ä€😀', '"--x=ä€😀"'],
    ['a comma', 'a,b', '--x=a,b', '"--x=a,b"'],
    ['brackets', '[a]', '--x=[a]', '"--x=[a]"'],
    ['a question mark', 'a?b', '--x=a?b', '"--x=a?b"'],
    ['nothing', '', '--x='],
  ])('a value with %s is written as YAML needs it', (_, value, block, flow = block) => {
    const wanted = editOf({ flags: { x: value } })
    expect(editStaticPod(`${head}    command:\n    - kube-apiserver\n`, wanted, place)).toBe(
      `${head}    command:\n    - kube-apiserver\n    - ${block}\n`,
    )
    expect(editStaticPod(`${head}    command: [kube-apiserver]\n`, wanted, place)).toBe(
      `${head}    command: [kube-apiserver, ${flow}]\n`,
    )
  })

  test.each([
    ['a shell program', `    command: [/bin/sh, -c, "exec kube-apiserver --a=b"]\n`, /started by a shell/],
    [
      'a shell program in args',
      `    command: [bash]\n    args: [-ec, kube-apiserver]\n`,
      /started by a shell/,
    ],
    [
      'a list that is an alias',
      `    x: &command [kube-apiserver]\n    command: *command\n`,
      /cannot be edited safely at spec\.containers\.0\.command/,
    ],
    [
      'a list that others use',
      `    command: &command\n    - kube-apiserver\n    args: *command\n`,
      /cannot be edited safely at spec\.containers\.0\.(command|args)/,
    ],
    [
      'a flag that others use',
      `    command:\n    - kube-apiserver\n    - &age --audit-log-maxage=7\n    - --audit-log-path=/log\n    x: *age\n`,
      /cannot be edited safely at spec\.containers\.0\.command\.1/,
    ],
    [
      'a list that comes by a merge key',
      `    <<: {command: [kube-apiserver]}\n`,
      /cannot be edited safely at spec\.containers\.0\.command/,
    ],
    ['a list behind a ?', `    ? command\n    : - kube-apiserver\n`, /cannot be edited$/],
  ])('%s is refused', (_, before, message) => {
    expect(() => editStaticPod(head + before, edit, place)).toThrow(
      expect.objectContaining({
        code: 'manifest',
        message: expect.stringMatching(message) as string,
      }) as Error,
    )
  })

  test('a shell command is accepted if no flags are wanted', () => {
    const text = `${head}    command: [/bin/sh, -c, "exec kube-apiserver --a=b"]\n`
    expect(editStaticPod(text, editOf({}), place)).toBe(text)
  })
})
