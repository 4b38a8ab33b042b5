/** Text that is already markup, so that nothing is escaped twice and nothing is forgotten. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// Control characters but line ends and tabs are in no document of HTML.
const control = /(?![\n\t])\p{Cc}/gu

type Part = Markup | string | number | false | undefined | readonly Part[]

const render = (part: Part): string => {
  if (part instanceof Markup) return part.text
  if (part === false || part === undefined) return ''
  if (typeof part === 'object') return part.map(render).join('')
  return String(part)
    .replace(control, '\ufffd')
    .replace(/[&<>"']/g, character => entities[character]!)
}

/** A template whose values are escaped unless they are markup themselves; lists are joined, what is absent is left out. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.map((text, k) => text + (k < parts.length ? render(parts[k]) : '')).join(''))

/** A word for an id or a class: letters, digits and hyphens. */
export const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
