import { RuleError } from '../../src/language/error.ts'
import { lowerRule } from '../../src/language/lower-rule.ts'
import type { DialectSource, Rule } from '../../src/language/rule.ts'
import type { Expr, Test } from '../../src/language/tree.ts'

const base: DialectSource = {
  source: 'a spec',
  hyper: {
    lr: { default: '0.1', domain: '[0, inf)' },
    beta1: { default: '0.9', domain: '[0, 1)' },
    nesterov: { default: false },
  },
  state: { m: '0' },
  step: 'x = x - lr * g',
}

/** A small rule with one step and what else is given. */
export const ruleWith = (step: string, more: Partial<DialectSource> = {}): Rule =>
  lowerRule({ id: 'r', family: 'r', dialect: 'own', title: 'r' }, { ...base, ...more, step })

export interface Refusal {
  problem: string
  hint: string
  /** Line and column of the place, counted from 1 in the text as it was written. */
  at: string
}

/** How something is refused; anything but a RuleError is passed on. */
export function refusal(run: () => unknown): Refusal {
  try {
    run()
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    const before = error.place?.text.slice(0, error.place.offset).split('\n') ?? []
    return { problem: error.problem, hint: error.hint, at: `${before.length}:${(before.at(-1)?.length ?? -1) + 1}` }
  }
  throw new Error('nothing was refused')
}

const kinds = { scalar: 's', format: 'f', tensor: 't' } as const

/** A tree with the kind of every node: s for scalars, f for scalars in the tensor's format, t for tensors. */
export function shape(node: Expr | Test): string {
  const kind = kinds[node.kind]
  switch (node.op) {
    case 'num':
      return `${node.text}:${kind}`
    case 'name':
    case 'flag':
      return `${node.id}:${kind}`
    case 'first':
      return `(first ${node.id})`
    case 'power':
      return `(power${node.exponent}:${kind} ${shape(node.a)})`
    case 'cond':
      return `(cond:${kind} ${shape(node.test)} ${shape(node.a)} ${shape(node.b)})`
    case 'sum':
    case 'prod':
      return `(${node.op} ${node.index} ${shape(node.from)} ${shape(node.to)} ${shape(node.body)})`
    default:
      return `(${node.op}:${kind} ${shape(node.a)}${'b' in node ? ` ${shape(node.b)}` : ''})`
  }
}
