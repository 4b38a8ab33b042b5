import type { HyperValues } from '../subject/subject.ts'
import { shown } from './error.ts'
import { RunnerFault } from './runner-fault.ts'

/** The hyper-parameters of a group, as a module is given them. */
export class KnownHyper {
  readonly #rule: string
  readonly #values: HyperValues

  constructor(rule: string, values: HyperValues) {
    this.#rule = rule
    this.#values = values
  }

  changed(values: HyperValues): KnownHyper {
    return new KnownHyper(this.#rule, { ...this.#values, ...values })
  }

  /**
   * A copy of the values, which refuses to be asked for one that the rule does not have: `undefined` would become NaN in
   * the first product. `'name' in hyper` may be asked of any name.
   */
  given(): HyperValues {
    const [rule, values] = [this.#rule, this.#values]
    const refusal = new Proxy(Object.prototype, {
      get(target, name, receiver) {
        if (typeof name === 'symbol' || name in target || hooks.has(name)) return Reflect.get(target, name, receiver)
        const names = Object.keys(values)
        throw new RunnerFault(
          'usage',
          `the module asks for hyper.${name}, but ${rule} has no hyper-parameter ${shown(name)}. It has: ${names.join(', ')}. Where a rule may lack it, ask first: '${name}' in hyper.`,
        )
      },
    })
    return Object.assign(Object.create(refusal), values)
  }
}

/** What the language asks of an object that it does not know: await, JSON.stringify, and console.log (is it a URL?). */
const hooks: ReadonlySet<string> = new Set(['then', 'toJSON', 'href'])
