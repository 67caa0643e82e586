import type { ScalarTag } from 'yaml'

/**
 * The meaning of plain YAML scalars in Ansible, which reads YAML 1.1 with PyYAML. The regular expressions
 * follow PyYAML 6.0.3 (`yaml/resolver.py`), which differs from the YAML 1.1 of the `yaml` library: `y` and
 * `n` are text, `1e5` and `1.5e3` are text (an exponent needs a point and a sign), `0:30` is text, `22:22` is
 * 1342. Timestamps stay as they were written, as they are only printed.
 */
export const ansibleScalarTags: ScalarTag[] = [
  {
    default: true,
    tag: 'tag:yaml.org,2002:null',
    test: /^(?:~|null|Null|NULL|)$/,
    resolve: () => null,
  },
  {
    default: true,
    tag: 'tag:yaml.org,2002:bool',
    test: /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON|no|No|NO|false|False|FALSE|off|Off|OFF)$/,
    resolve: (text) => /^(?:yes|true|on)$/i.test(text),
  },
  {
    default: true,
    tag: 'tag:yaml.org,2002:int',
    test: /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
    resolve: readInteger,
  },
  {
    default: true,
    tag: 'tag:yaml.org,2002:float',
    test: /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    resolve: readFloat,
  },
  // Ansible's mark for text that it must not evaluate; planewright evaluates nothing anyway.
  { tag: '!unsafe', resolve: (text) => text },
]

/** A number in JSON that is text in YAML 1.1: an exponent without a sign, or without a point before it. */
export const jsonNumberTag: ScalarTag = {
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^-?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+$/,
  resolve: Number,
}

/** An integer. If it is too large for a JavaScript number it stays text, so that no digit is lost. */
function readInteger(text: string): number | string {
  const plain = text.replaceAll('_', '')
  const sign = plain.startsWith('-') ? -1 : 1
  const digits = plain.replace(/^[-+]/, '')
  const magnitude = readMagnitude(digits)
  if (!Number.isSafeInteger(magnitude)) return text
  return magnitude === 0 ? 0 : sign * magnitude
}

function readMagnitude(digits: string): number {
  if (digits.startsWith('0b') || digits.startsWith('0x')) return Number(digits)
  if (digits.includes(':')) return readSexagesimal(digits)
  if (digits.startsWith('0') && digits.length > 1) return Number.parseInt(digits, 8)
  return Number(digits)
}

function readFloat(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase()
  const sign = plain.startsWith('-') ? -1 : 1
  const digits = plain.replace(/^[-+]/, '')
  if (digits === '.inf') return sign * Infinity
  if (digits === '.nan') return Number.NaN
  return sign * (digits.includes(':') ? readSexagesimal(digits) : Number(digits))
}

/** Base 60, as in `22:22` (1342) and `190:20:30.15`. */
function readSexagesimal(digits: string): number {
  return digits.split(':').reduce((total, part) => total * 60 + Number(part), 0)
}
