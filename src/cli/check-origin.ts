import { traceName } from '../guests/traces/carrier.ts'
import { type Arithmetic, ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arithmetics } from '../rules/arithmetics.ts'
import { findRule } from '../rules/lookup.ts'
import { families } from '../rules/table.ts'
import type { RecordedHeader } from '../subject/recorded-trace.ts'
import { UsageError } from './failures.ts'
import { isRuleFile, readRule } from './rule-source.ts'

/** Libraries as traces name them: whose arithmetic, and which dialect is theirs. */
const libraries: Readonly<Record<string, { arithmetic: keyof typeof arithmetics; dialect: string }>> = {
  torch: { arithmetic: 'pytorch', dialect: 'pytorch' },
  pytorch: { arithmetic: 'pytorch', dialect: 'pytorch' },
  keras: { arithmetic: 'keras', dialect: 'keras' },
  optax: { arithmetic: 'optax', dialect: 'optax' },
  tfjs: { arithmetic: 'tfjs', dialect: 'tfjs' },
}

const libraryOf = ({ made: { library = '' } }: RecordedHeader) => {
  const name = library.toLowerCase()
  return Object.hasOwn(libraries, name) ? libraries[name] : undefined
}

/** How the library that made a trace rounds, and where that is known from. */
export function arithmeticOf(
  header: RecordedHeader,
  asked: string | undefined,
): { arithmetic: Arithmetic; why: string } {
  if (asked === 'ieee') return { arithmetic: ieee, why: 'as asked' }
  if (asked !== undefined) return { arithmetic: arithmetics[asked as keyof typeof arithmetics], why: 'as asked' }
  const found = libraryOf(header)
  const { library } = header.made
  return found
    ? { arithmetic: arithmetics[found.arithmetic], why: `the trace was made by ${library}` }
    : { arithmetic: ieee, why: 'the trace names no library whose rounding is known' }
}

const hasDialect = (family: string, dialect: string): boolean =>
  families.some(({ id, dialects }) => id === family && Object.hasOwn(dialects, dialect))

/** The formula that the library of a trace has itself where the rule has another of the same family. */
export function dialectOf(header: RecordedHeader, { family }: Rule): Rule | undefined {
  const dialect = libraryOf(header)?.dialect
  return dialect !== undefined && hasDialect(family, dialect) ? findRule(`${family}/${dialect}`) : undefined
}

/** The formula that a trace is held to: the one that was asked for, else the one that the trace names. */
export async function ruleOf(header: RecordedHeader, asked: string | undefined, path: string): Promise<Rule> {
  const name = asked ?? header.rule
  const own = libraryOf(header)?.dialect
  if (name === undefined) {
    const made = header.made.optimizer?.toLowerCase() ?? ''
    const likely = own !== undefined && hasDialect(made, own) ? `${made}/${own}` : 'adamw/pytorch'
    throw new UsageError(
      `Which formula should ${traceName(path)} follow?`,
      `Name a rule, for example: lockstep check ${path} --rule ${likely} (see: lockstep rules)`,
    )
  }
  const full = !isRuleFile(name) && own !== undefined && hasDialect(name, own) ? `${name}/${own}` : name
  const rule = await readRule(full)
  if (rule.erratum)
    throw new UsageError(
      `${rule.id} is wrong as printed, so nothing is held to it: ${rule.erratum.why}`,
      `See: lockstep rules ${name}`,
    )
  return rule
}
