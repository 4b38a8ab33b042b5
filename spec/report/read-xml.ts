/** An element as a parser sees it. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const allowed = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u

/** Text between tags or quotes; anything that XML 1.0 does not allow there is an error. */
function decoded(text: string): string {
  if (/[<]/.test(text) || text.includes(']]>')) throw new Error(`markup in text: ${text}`)
  return text.replace(/&(?:#(\d+)|(\w+));|&/g, (found, code, name) => {
    const sign = code === undefined ? entities[name as string] : String.fromCodePoint(Number(code))
    if (sign === undefined) throw new Error(`no entity: ${found}`)
    return sign
  })
}

/** Reads XML as strictly as the specification asks of a parser; for specs, so that what is written is read by other code. */
export function readXml(source: string): Element {
  if (!allowed.test(source)) throw new Error('a character that XML cannot hold')
  const normal = source.replace(/\r\n?/g, '\n')
  const [, body = ''] = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n(.*)$/s.exec(normal) ?? []
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const token = /<\/([\w-]+)>|<([\w-]+)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y
  while (token.lastIndex < body.length) {
    const at = token.lastIndex
    const [, close, name, attributes = '', empty, text] = token.exec(body) ?? []
    const top = open.at(-1)!
    if (close !== undefined) {
      if (open.pop()!.name !== close) throw new Error(`</${close}> closes <${top.name}>`)
    } else if (name !== undefined) {
      const element: Element = { name, attributes: attributesOf(attributes), children: [], text: '' }
      top.children.push(element)
      if (!empty) open.push(element)
    } else if (text !== undefined) top.text += decoded(text)
    else throw new Error(`not XML: ${body.slice(at, at + 40)}`)
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one whole element')
  return root.children[0]!
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(/([\w.-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(found, name!)) throw new Error(`two attributes ${name}`)
    // A parser makes a space of each line break and tab that is not written as a reference.
    found[name!] = decoded(value!.replace(/[\n\t]/g, ' '))
  }
  return found
}
