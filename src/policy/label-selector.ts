import { isDnsSubdomain } from './dns-subdomain.ts'

const SPACE = '[ \\t\\r\\n]'
const WORD = '[^ \\t\\r\\n=!(),<>\\u0000]+'
const LIST = `\\((?<list>${SPACE}*(?:${WORD}${SPACE}*)?(?:,${SPACE}*(?:${WORD}${SPACE}*)?)*)\\)`
const REQUIREMENT = new RegExp(
  `^${SPACE}*(?:!${SPACE}*(?<absent>${WORD})|(?<key>${WORD})(?:` +
    `${SPACE}*(?<operator>==|=|!=|<|>)${SPACE}*(?<value>${WORD})?|` +
    `${SPACE}+(?:in|notin)${SPACE}*${LIST})?)${SPACE}*(?<end>,|$)`,
)

const LABEL_NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

/** Whether kube-apiserver can read a label selector (k8s.io/apimachinery v0.37.2, pkg/labels/selector.go). */
export function isLabelSelector(selector: string): boolean {
  let rest = selector
  if (/^[ \t\r\n]*$/.test(rest)) return true
  for (;;) {
    const found = REQUIREMENT.exec(rest)
    if (found === null || !isRequirement(found.groups ?? {})) return false
    if (found.groups?.end === '') return true
    // A comma was the end: another requirement has to follow.
    rest = rest.slice(found[0].length)
  }
}

function isRequirement(parts: Readonly<Record<string, string | undefined>>): boolean {
  if (!isLabelKey(parts.absent ?? parts.key ?? '')) return false
  const { operator, value = '', list = '' } = parts
  if (operator === '<' || operator === '>') return isLabelValue(value) && isWholeNumber(value)
  if (operator !== undefined) return isLabelValue(value)
  return list.split(',').every((item) => isLabelValue(item.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')))
}

function isLabelKey(key: string): boolean {
  const parts = key.split('/')
  const name = parts.pop() ?? ''
  if (parts.length > 1) return false
  return parts.every((prefix) => isDnsSubdomain(prefix)) && name.length <= 63 && LABEL_NAME.test(name)
}

function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && LABEL_NAME.test(value))
}

/** Whether a text is a number for Go's int64; a sign is not part of a label value. */
function isWholeNumber(value: string): boolean {
  return /^[0-9]+$/.test(value) && BigInt(value) < 2n ** 63n
}
