import * as z from 'zod'

function isCleanPath(path: string): boolean {
  return path.split('/').every((part) => part !== '.' && part !== '..')
}

/**
 * An absolute path on a host, without `.` and `..`, and without a newline or another control character. It
 * also has no `:`, which the kubelet refuses in mounts (k/k pkg/apis/core/validation: ValidateVolumeMounts).
 */
export const AbsolutePath = z
  .string('has to be text')
  .regex(/^\/[^/]/, 'has to be an absolute path, such as /etc/kubernetes/audit-policy.yaml')
  // eslint-disable-next-line no-control-regex -- it has to find control characters
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain a newline or another control character')
  .regex(/^[^:]*$/, 'must not contain a colon')
  .refine(isCleanPath, 'must not contain . or .. as a part')
  .refine((path) => !path.endsWith('/') && !path.includes('//'), 'must not end in / or contain //')

/** A template by name (`preempt-k8s`), or the path of a template or plain file, relative to its inventory. */
export const TemplateReference = z
  .string('has to be text')
  .min(1, 'has to be the name of a template, or a file')

/** A whole number, not negative; also as text, as `-e name=value` gives it. */
export const WholeNumber = z
  .union([z.number(), z.string().regex(/^\d+$/, 'has to be a whole number').transform(Number)], {
    error: 'has to be a whole number',
  })
  .pipe(
    z
      .int('has to be a whole number')
      .nonnegative('must not be negative')
      .max(2 ** 31 - 1, 'is too large'),
  )

/** On or off; also as text, as `-e name=value` gives it. */
export const Toggle = z.union(
  [z.boolean(), z.stringbool({ truthy: ['true', 'yes'], falsy: ['false', 'no'], case: 'insensitive' })],
  { error: 'has to be true or false' },
)
