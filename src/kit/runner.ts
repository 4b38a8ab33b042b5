/** What a test is given by its runner. */
export interface TestContext {
  skip(reason?: string): unknown
  annotate?(message: string, type?: string): unknown
}

/** What registers tests: vitest's own functions, or those of a runner with the same signatures (`node:test`). */
export interface TestFunctions {
  describe(name: string, body: () => Promise<void>): unknown
  test(name: string, options: { timeout: number }, body: (context: TestContext) => Promise<void>): unknown
  afterAll?(body: () => Promise<void>): unknown
}

/** Where vitest leaves its functions for `import.meta.vitest`, so that nothing need be imported to find them, and its globals. */
export interface Realm extends Partial<TestFunctions> {
  readonly __vitest_index__?: TestFunctions
}

/** The functions of the vitest that is running this file. They are looked up, not imported: the kit works without vitest. */
export function testFunctions(realm: Realm = globalThis as Realm): TestFunctions {
  const { __vitest_index__: vitest, describe, test, afterAll } = realm
  if (vitest) return vitest
  if (describe && test) return { describe, test, ...(afterAll && { afterAll }) }
  throw new Error(
    'conform() registers tests, and found no vitest that runs this file. Run it with `npx vitest run`, or pass the functions ' +
      "(`import { describe, test } from 'vitest'`, `conform(subject, { rules, tests: { describe, test } })`), or use `await verify({ subjects, rules })`, which needs no test runner.",
  )
}
