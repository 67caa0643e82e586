import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { adaptContainerd } from './root-folder.ts'

const node = path.join(import.meta.dirname, '..', 'lab', 'images', 'node', 'containerd.toml')

test('a machine has the systemd cgroup driver and sets OOM scores', async () => {
  const adapted = adaptContainerd(await readFile(node, 'utf8'))
  expect(adapted).toContain('SystemdCgroup = true')
  expect(adapted).toContain('restrict_oom_score_adj = false')
  expect(adaptContainerd(adapted)).toBe(adapted)
})
