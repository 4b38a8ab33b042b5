import type { ConformOptions, GivenSubject, TestContext } from '../../src/kit/index.ts'
import { conform } from '../../src/kit/index.ts'

/** What came of one registered test. */
export interface Told {
  readonly suite: string
  readonly name: string
  readonly outcome: 'passed' | 'skipped' | 'failed'
  /** Why it was skipped, the message of the failure, or what a passing test remarked. */
  readonly text: string
  readonly error?: Error
}

/** One registered test, to be run in whatever order. */
export interface Registered {
  readonly suite: string
  readonly name: string
  run(): Promise<Told>
}

class Skipped extends Error {}

async function play(suite: string, name: string, body: (context: TestContext) => Promise<void>): Promise<Told> {
  let remarked = ''
  const context: TestContext = {
    skip: reason => {
      throw new Skipped(reason)
    },
    annotate: message => {
      remarked = message
    },
  }
  try {
    await body(context)
    return { suite, name, outcome: 'passed', text: remarked }
  } catch (error) {
    const { message } = error as Error
    if (error instanceof Skipped) return { suite, name, outcome: 'skipped', text: message }
    return { suite, name, outcome: 'failed', text: message, error: error as Error }
  }
}

/** What `conform` registers, without a test runner. A suite that cannot be set up throws, as it does in vitest. */
export async function registered(
  subject: GivenSubject,
  options: ConformOptions,
  afterwards: (() => Promise<void>)[] = [],
): Promise<Registered[]> {
  const suites: [string, () => Promise<void>][] = []
  const tests: Registered[] = []
  let suite = ''
  conform(subject, {
    save: false,
    diagnose: false,
    tests: {
      describe: (name, body) => suites.push([name, body]),
      test: (name, _, body) => {
        const own = suite
        tests.push({ suite: own, name, run: () => play(own, name, body) })
      },
      afterAll: body => afterwards.push(body),
    },
    ...options,
  })
  for (const [name, body] of suites) {
    suite = name
    await body()
  }
  return tests
}

/** Everything that `conform` registers, run in its order, and what is to be done afterwards. */
export async function told(subject: GivenSubject, options: ConformOptions): Promise<Told[]> {
  const outcomes: Told[] = []
  const afterwards: (() => Promise<void>)[] = []
  for (const test of await registered(subject, options, afterwards)) outcomes.push(await test.run())
  for (const body of afterwards) await body()
  return outcomes
}
