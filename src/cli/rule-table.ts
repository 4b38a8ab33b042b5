import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import type { Family } from '../rules/family.ts'

/** The table of families: name, title, dialects; a dialect that is wrong as printed is marked. */
export function ruleTable(families: readonly Family[], terminal: Terminal): string {
  const p = paint(terminal)
  const name = Math.max(...families.map(({ id }) => columns(id)))
  const title = Math.max(...families.map(family => columns(family.title)))
  const lines = families.flatMap(({ id, title: text, dialects }) => {
    const ids = Object.entries(dialects).map(([dialect, { erratum }]) => (erratum ? `${dialect}!` : dialect))
    const head = `  ${pad(id, name)}  ${pad(plain(text, terminal), title)}  `
    const fits = columns(head) + 24 < terminal.width
    const below = ' '.repeat(name + 4)
    const [first = '', ...rest] = fits
      ? wrap(ids.join(' '), terminal.width, head, ' '.repeat(columns(head)))
      : [head.trimEnd(), ...wrap(ids.join(' '), terminal.width, below)]
    return [first.replace(id, p.bold(id)), ...rest]
  })
  const marked = families.some(({ dialects }) => Object.values(dialects).some(({ erratum }) => erratum))
  const foot = [
    `A rule's id is family/dialect: adam/pytorch. A family alone means each subject's own dialect, else the paper's.`,
    ...(marked ? ['! is wrong as printed: it is shown and explained, and nothing is held to it.'] : []),
    'Next: lockstep rules adam/pytorch',
  ]
  return `\n${lines.join('\n')}\n\n${foot.flatMap(text => wrap(plain(text, terminal), terminal.width, '  ')).join('\n')}\n\n`
}
