import { normalizeFlagName } from '../manifest/flags.ts'
import type { ExtraArgument, ExtraArguments } from './extra-arguments.ts'

const place = 'apiServer.extraArgs'

/**
 * The flag that kube-apiserver reads from an argument's name. kubeadm writes `--NAME=VALUE` unchanged (k/k
 * `cmd/kubeadm/app/util/arguments.go`, ArgumentsToCommand), so underscores count as dashes, and pflag reads
 * the name up to the first `=`. pflag refuses a name with leading dashes ("bad flag syntax", spf13/pflag
 * v1.0.5 `flag.go`, parseLongArg), and the apiserver would not start: the author meant the flag without them.
 */
function flagOf({ name }: ExtraArgument): string {
  return normalizeFlagName(name.replace(/^-+/, '').replace(/=[^]*$/, ''))
}

/** Makes sure that `extraArgs` has each wanted flag exactly once; returns the differences in words. */
export function correctArguments(
  args: ExtraArguments,
  flags: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(flags).flatMap(([flag, value]) => {
    const found = args.entries.flatMap((argument, index) =>
      flagOf(argument) === normalizeFlagName(flag) ? [{ argument, index }] : [],
    )
    const differences = argumentDifferences(
      found.map(({ argument }) => argument),
      flag,
      value,
    )
    args.setFlag(
      flag,
      value,
      found.map(({ index }) => index),
    )
    return differences
  })
}

function argumentDifferences(
  [argument, ...others]: readonly ExtraArgument[],
  flag: string,
  value: string,
): readonly string[] {
  if (argument === undefined) return [`flag --${flag} is missing from ${place}, should be ${shown(value)}`]
  if (others.length > 0) {
    // Which one counts depends on kubeadm's version: v1.30 sorts them by value, v1.36 keeps their order
    // (arguments.go), and kube-apiserver uses the last.
    const count = others.length === 1 ? 'twice' : `${others.length + 1} times`
    const values = [argument, ...others].map((one) => shown(one.value)).join(', ')
    return [`flag --${flag} is set ${count} in ${place} (${values}), should be ${shown(value)} once`]
  }
  const differences: string[] = []
  if (argument.name !== flag) differences.push(`flag --${flag} is written as ${argument.name} in ${place}`)
  // kubeadm does not read a configuration with a number or boolean here.
  if (typeof argument.value !== 'string' && String(argument.value) === value) {
    differences.push(`flag --${flag} is not a string in ${place}`)
  } else if (argument.value !== value) {
    differences.push(`flag --${flag} is ${shown(argument.value)} in ${place}, should be ${shown(value)}`)
  }
  return differences
}

function shown(value: ExtraArgument['value']): string {
  return value == null || value === '' ? '""' : String(value)
}
