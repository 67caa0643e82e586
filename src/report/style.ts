import { styleText } from 'node:util'

/** Marks text on a terminal; the plain style leaves it as it is. */
export interface Style {
  readonly good: (text: string) => string
  readonly change: (text: string) => string
  readonly bad: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

const same = (text: string) => text

/** The style without any marks. */
export const plainStyle: Style = { good: same, change: same, bad: same, dim: same, bold: same }

function mark(format: Parameters<typeof styleText>[0]): (text: string) => string {
  return (text) => styleText(format, text, { validateStream: false })
}

/** Ansible's colours. */
export const colourStyle: Style = {
  good: mark('green'),
  change: mark('yellow'),
  bad: mark('red'),
  dim: mark('dim'),
  bold: mark('bold'),
}
