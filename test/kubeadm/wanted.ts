import type { StoredSettings } from '../../src/kubeadm/cluster-configuration.ts'
import { auditEdit, editOf } from '../manifest/wanted.ts'

/** The pod of the Kubernetes audit guide, without annotations, because kubeadm cannot store any. */
export const podEdit = editOf({ ...auditEdit, annotations: {} })

/** The same flags and volumes in the form of a ClusterConfiguration. */
export const settings: StoredSettings = {
  flags: podEdit.flags,
  volumes: podEdit.volumes.map(({ name, hostPath }) => {
    const mount = podEdit.mounts.find((one) => one.name === name)
    if (mount === undefined) throw new Error(`no mount of volume ${name}`)
    const { mountPath, readOnly } = mount
    return { name, hostPath: hostPath.path, mountPath, readOnly, pathType: hostPath.type }
  }),
}

/** The place of the tests' texts in error messages. */
export const place = { host: 'cp1', path: 'ConfigMap kube-system/kubeadm-config' }
