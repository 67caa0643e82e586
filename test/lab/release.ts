import { execOn, runOn } from './exec.ts'
import { ensureEngine, type Engine } from './engine.ts'
import { ensureNodeImage } from './images/node.ts'
import type { Lab, LabHost } from './lab.ts'
import { labelsOf, removeLabelled } from './labels.ts'
import { networkOf, startContainer } from './nodes.ts'
import { findPrivileges } from './privileges.ts'
import type { Progress } from './progress.ts'

const RELEASES = '/usr/local/share/lab/releases'

/** The programs of a release that a package manager would install on a machine. */
export type NodeProgram = 'kubeadm' | 'kubelet' | 'kubectl'

/**
 * Copies the programs and images of a release to nodes, beside those in use. They come from the release's own node image,
 * pulled or built. A node that has them already is left alone.
 *
 * @param hosts hosts of this lab
 * @param version like `v1.37.2`
 */
export async function stageRelease(
  lab: Lab,
  hosts: readonly LabHost[],
  version: string,
  progress: Progress,
): Promise<void> {
  const lacking = await withoutRelease(hosts, version)
  if (lacking.length === 0) return
  const engine = await ensureEngine(progress)
  const image = await ensureNodeImage(version, progress)
  const names = lacking.map(({ name }) => name).join(', ')
  await progress.step(`bringing ${version} to ${names}`, async () => {
    const source = await openRelease(engine, lab, image.tag)
    try {
      await runOn(source, `collecting ${version}`, collect(version))
      for (const host of lacking) await copyRelease(engine, source, host, version)
    } finally {
      await engine.docker.getContainer(source.container).remove({ force: true, v: true })
    }
  })
}

async function withoutRelease(hosts: readonly LabHost[], version: string): Promise<LabHost[]> {
  const found = await Promise.all(
    hosts.map(async (host) => (await execOn(host, `test -e ${RELEASES}/${version}/complete`)).code === 0),
  )
  return hosts.filter((_, index) => found[index] === false)
}

/**
 * Boots a node of the release outside the cluster, whose containerd has the release's images. It first removes one that an
 * interrupted run left.
 */
async function openRelease(
  engine: Engine,
  lab: Lab,
  image: string,
): Promise<{ name: string; container: string }> {
  const name = `${lab.name}-release`
  const labels = { ...labelsOf(lab), 'planewright.machine': name }
  await removeLabelled(engine.docker, labels)
  const request = { image, network: networkOf(lab.name), labels }
  const privileges = await findPrivileges(engine.docker, image, labels)
  return { name, container: await startContainer(name, privileges, request) }
}

/**
 * sh that collects the programs and images of a release in one folder, on a node of that release. Several names may link to
 * one program. CoreDNS is left out, because no lab runs it.
 */
function collect(version: string): string {
  return `set -eu
release=${RELEASES}/${version}
mkdir -p $release
for name in kubeadm kubelet kubectl; do
  file=$(readlink -f /usr/bin/$name)
  cp -n "$file" $release/
  [ "$(basename "$file")" = $name ] || ln -s "$(basename "$file")" $release/$name
done
images() { ctr --namespace k8s.io images "$@"; }
wanted=$(kubeadm config images list --kubernetes-version ${version} | grep -v coredns)
for attempt in $(seq 600); do
  missing=$(echo "$wanted" | grep -vxF "$(images ls -q 2>/dev/null)") || true
  [ -n "$missing" ] || break
  sleep 0.1
done
[ -z "$missing" ] || { echo "its containerd lacks $missing" >&2; exit 1; }
images export $release/images.tar $wanted`
}

/** Writes the file `complete` last. So a release that was only partly copied is copied again. */
async function copyRelease(
  { docker }: Engine,
  source: { readonly container: string },
  host: LabHost,
  version: string,
): Promise<void> {
  await runOn(host, 'making room', `rm -rf ${RELEASES}/${version}; mkdir -p ${RELEASES}`)
  const archive = await docker.getContainer(source.container).getArchive({ path: `${RELEASES}/${version}` })
  await docker.getContainer(host.container).putArchive(archive, { path: RELEASES })
  await runOn(
    host,
    `importing the images of ${version}`,
    `set -eu
cd ${RELEASES}/${version}
ctr --namespace k8s.io images import images.tar
rm images.tar
: >complete`,
  )
}

/** sh that replaces a node's programs by those of a staged release, each with a rename, as package managers do. */
export function swapPrograms(version: string, programs: readonly NodeProgram[]): string {
  return programs
    .map(
      (name) => `ln -sfn ${RELEASES}/${version}/${name} /usr/bin/.${name}.new
mv -fT /usr/bin/.${name}.new /usr/bin/${name}`,
    )
    .join('\n')
}
