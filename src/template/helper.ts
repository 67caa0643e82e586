/**
 * The blocks that a template may use, with the number of arguments that each needs. They are Handlebars' own.
 */
export const blockHelpers: Readonly<Record<string, number>> = { if: 1, unless: 1, each: 1, with: 1 }

/**
 * The helpers that a template may use inline, with the number of arguments that each needs. `json` writes any
 * value as JSON, which is also YAML; `lookup` finds a value by a name or index that is itself a variable.
 */
export const inlineHelpers: Readonly<Record<string, number>> = { json: 1, lookup: 2 }

/**
 * Every variable of a template is rewritten to a call of one of these. The colon keeps templates from calling
 * them directly.
 */
export const strictHelpers = {
  find: 'planewright:find',
  print: 'planewright:print',
  list: 'planewright:list',
} as const
