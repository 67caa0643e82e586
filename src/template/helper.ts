/** The blocks that a template may use, with the number of arguments each needs. They are Handlebars' own. */
export const blockHelpers: Readonly<Record<string, number>> = { if: 1, unless: 1, each: 1, with: 1 }

/**
 * The helpers that a template may use inline, with the number of arguments each needs: `json` writes any value as
 * JSON, which is YAML too; `lookup` finds a value by a name or index that is itself a variable.
 */
export const inlineHelpers: Readonly<Record<string, number>> = { json: 1, lookup: 2 }

/** What every variable of a template is rewritten to; the colon keeps templates from naming these themselves. */
export const strictHelpers = {
  find: 'planewright:find',
  print: 'planewright:print',
  list: 'planewright:list',
} as const
