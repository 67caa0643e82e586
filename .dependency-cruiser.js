// Which folder may import which, as in docs/design.md. Imports go in one direction: no folder imports one that imports
// it.
const src = (folder) => `^src/${folder}/`

/**
 * Each folder of src, and the other folders that it may import. Every folder may also import the files in src itself
 * (error.ts, exit-codes.ts, reason-code.ts, version.ts), but not index.ts. `cli` has a rule of its own below.
 */
const allowed = {
  cli: [],
  pipeline: ['engine', 'guard', 'inventory', 'kubeadm', 'report'],
  testing: ['difference', 'engine', 'host', 'manifest', 'template'],
  report: ['difference', 'engine', 'guard', 'host', 'kubeadm'],
  engine: [
    'apiserver',
    'audit-log',
    'connection',
    'difference',
    'etcd',
    'guard',
    'host',
    'inventory',
    'kubeadm',
    'manifest',
    'policy',
    'template',
  ],
  apiserver: ['connection', 'host'],
  etcd: ['connection'],
  guard: ['connection', 'host'],
  host: ['connection', 'difference'],
  inventory: ['connection'],
  template: ['inventory'],
  connection: [],
  kubeadm: ['connection', 'manifest'],
  manifest: ['difference'],
  difference: [],
  policy: ['inventory'],
  'audit-log': [],
}

/** The rooms (subfolders) of src/engine. Each may import only from itself and the rooms before it. */
const rooms = [
  'values',
  'task',
  'session',
  'survey',
  'plan',
  'cluster',
  'gate',
  'explain',
  'stored',
  'saved-plan',
  'roll',
  'rollback',
]

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '^(src/index|src/testing/index|tasks/index)' },
      to: {},
    },
    {
      name: 'tasks-use-the-library-only',
      comment: 'Our tasks are written as a user would write theirs.',
      severity: 'error',
      from: { path: '^tasks/' },
      to: { path: '^src/', pathNot: '^src/index\\.ts$' },
    },
    {
      name: 'only-tasks-and-the-command-use-the-index',
      severity: 'error',
      from: { path: '^src/', pathNot: src('cli') },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'the-command-uses-the-library-only',
      comment:
        'Whatever the command does, a script can do with the library. --help needs two small files and no library.',
      severity: 'error',
      from: { path: src('cli') },
      to: { path: '^src/', pathNot: [src('cli'), '^src/(index|version|exit-codes)\\.ts$'] },
    },
    {
      name: 'help-loads-no-library',
      comment:
        'A person waits for these modules before anything else happens. A verb is loaded when it is called.',
      severity: 'error',
      from: { path: '^src/cli/(bin|main|options)\\.ts$' },
      to: {
        path: '^(src|tasks)/',
        pathNot: ['^src/cli/(main|options)\\.ts$', '^src/(version|exit-codes)\\.ts$'],
        dynamic: false,
      },
    },
    {
      name: 'only-the-command-uses-tasks',
      severity: 'error',
      from: { path: '^src/', pathNot: src('cli') },
      to: { path: '^tasks/' },
    },
    ...Object.entries(allowed).map(([folder, below]) => ({
      name: `${folder}-imports-downwards`,
      severity: 'error',
      from: { path: src(folder) },
      to: { path: '^src/[^/]+/', pathNot: [folder, ...below].map(src) },
    })),
    ...rooms.map((room, place) => ({
      name: `engine-${room}-imports-upwards`,
      severity: 'error',
      from: { path: src(`engine/${room}`) },
      to: { path: '^src/engine/', pathNot: rooms.slice(0, place + 1).map((one) => src(`engine/${one}`)) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
}
