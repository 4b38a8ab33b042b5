import { contains } from '../language/domain.ts'
import type { Hyper, Rule } from '../language/rule.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Candidate } from './candidate.ts'
import { otherRules } from './dialects.ts'

/** A value, and where it is known from. */
interface Value {
  readonly value: number | boolean
  readonly text: string
}

/** Values that a hyper-parameter may have by mistake: other dialects' defaults, ten times its own and a tenth, none at all. */
function values({ name, default: usual, text, domain }: Hyper, asked: Rule): Value[] {
  if (typeof usual === 'boolean') return [true, false].map(value => ({ value, text: String(value) }))
  const others = otherRules(asked).flatMap(({ family, hyper }) =>
    family === asked.family && typeof hyper[name]?.default === 'number'
      ? [{ value: hyper[name].default, text: hyper[name].text }]
      : [],
  )
  const scaled = [usual * 10, usual / 10, 0, 1].map(value => Number(value.toPrecision(12)))
  const all = [{ value: usual, text }, ...others, ...scaled.map(value => ({ value, text: String(value) }))]
  const legal = all.filter(({ value }) => !domain || contains(domain, value))
  return [...new Map(legal.map(each => [each.value, each])).values()]
}

function setting(asked: Rule, hyper: Hyper, { value, text }: Value, always: boolean): Candidate {
  const { name } = hyper
  const says = always
    ? `${name} is ignored: it is always ${text}`
    : `the default of ${name} is ${text} instead of ${hyper.text}`
  return {
    kind: 'default',
    explanation: says,
    candidate: asked.id,
    edits: [{ says, was: `${name}: ${always ? 'as it is given' : hyper.text}`, now: `${name}: ${text}` }],
    rule: asked,
    reading: (given: HyperValues) => (always || !Object.hasOwn(given, name) ? { ...given, [name]: value } : given),
  }
}

/** A hyper-parameter has another default, is ignored, or reaches the formula ten times as large or small. */
export const settings = (asked: Rule): Candidate[] =>
  Object.values(asked.hyper).flatMap(hyper => [
    ...values(hyper, asked).flatMap(value => [
      ...(value.value === hyper.default ? [] : [setting(asked, hyper, value, false)]),
      setting(asked, hyper, value, true),
    ]),
    ...factors(asked, hyper),
  ])

/** A value that is off by a power of ten, or by two, whatever is asked for. */
function factors(asked: Rule, { name, default: usual }: Hyper): Candidate[] {
  if (typeof usual !== 'number') return []
  return [10, 0.1, 2, 0.5].map(factor => {
    const says = `${name} is ${factor} times what is asked for`
    return {
      kind: 'default' as const,
      explanation: says,
      candidate: asked.id,
      edits: [{ says, was: name, now: `${factor} * ${name}` }],
      rule: asked,
      reading: (given: HyperValues) => ({ ...given, [name]: factor * Number(given[name] ?? usual) }),
    }
  })
}
