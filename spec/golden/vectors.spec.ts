import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { mutantsOf } from '../../src/derive/mutants/index.ts'
import { GuestError } from '../../src/guests/error.ts'
import { functionSubject } from '../../src/guests/function.ts'
import { vectorsFor } from '../../src/guests/vector-files.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { contains } from '../../src/language/domain.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { inside, intervalsOf } from '../../src/score/intervals.ts'
import { portable } from '../../src/score/portable.ts'
import { vectorsReject } from '../../src/score/score.ts'
import { inTenDigits } from '../../src/score/ten-digits.ts'
import { drive } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Format, Offer } from '../../src/subject/subject.ts'
import { type Interval, scenarioOf, type Vector, type VectorFile } from '../../src/subject/vectors.ts'
import { problems } from '../json-schema.ts'
import { type Right, rightFormulas } from '../kit/gallery/right.ts'
import { rightArranged } from '../kit/gallery/right-arranged.ts'
import { seeded } from '../rules/hyper-sets.ts'

const formats: readonly Format[] = ['float32', 'float64']
const directory = fileURLToPath(new URL('../../golden/vectors/', import.meta.url))
const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/schemas/vectors-1.schema.json', import.meta.url)), 'utf8'),
)
const manifest = JSON.parse(readFileSync(`${directory}manifest.json`, 'utf8')) as { files: Record<string, string> }
const rules = ruleIds().filter(id => !findRule(id).erratum)
const nameOf = (rule: string): string => `${rule.replace('/', '-')}.json`
const fileOf = (rule: string): VectorFile => vectorsFor(rule)!
const allowed = ({ steps, parameters }: Vector, format: Format) =>
  Array.from({ length: steps }, (_, s) => parameters.map(each => each[format][s]!))

describe('golden/vectors', () => {
  test('has a file for every rule that is not wrong as printed, and the manifest lists no other', () => {
    const names = rules.map(nameOf).sort()
    expect(Object.keys(manifest.files).sort()).toEqual(names)
    expect(readdirSync(directory).sort()).toEqual([...names, 'manifest.json'].sort())
  })

  test.each(Object.entries(manifest.files))('%s has the bytes of the manifest', (name, hash) => {
    expect(
      createHash('sha256')
        .update(readFileSync(directory + name))
        .digest('hex'),
    ).toBe(hash)
  })

  test('a rule without vectors has none', () => expect(vectorsFor('adadelta/lecture')).toBeUndefined())
})

/** What the published schema cannot say of a vector. */
function inconsistencies(
  rule: string,
  { hyper, defaults, changes = [], needs, steps, parameters }: Vector,
): (string | false)[] {
  const { hyper: known } = findRule(rule)
  const legal = (values: Vector['hyper']): boolean =>
    Object.entries(values).every(([name, value]) => {
      const each = known[name]
      if (!each || typeof value !== typeof each.default) return false
      return typeof value === 'boolean' || !each.domain || contains(each.domain, value)
    })
  const absent = parameters.some(({ gradients = [] }) => gradients.includes(null))
  const curved = parameters.some(({ curvature }) => curvature)
  return [
    Object.keys(hyper).sort().join() !== Object.keys(known).sort().join() && 'its hyper-parameters are not the rule’s',
    !legal(hyper) && 'a hyper-parameter is outside of its domain',
    defaults.some(name => hyper[name] !== known[name]?.default) && 'a default is not the rule’s',
    changes.some(change => change.step > steps || !legal(change.hyper)) && 'a change is none',
    absent !== needs.includes('absent') && 'absent gradients are not told',
    changes.length > 0 !== needs.includes('changes') && 'changes are not told',
    curved !== needs.includes('point') && 'the point is not told',
    new Set(needs).size !== needs.length && 'a need is told twice',
    ...parameters.flatMap(({ x0, gradients, curvature, float32, float64 }) => [
      (gradients === undefined) === (curvature === undefined) && 'a parameter has gradients, or else a curvature',
      (gradients ?? float32).length !== steps && 'gradients and steps differ in number',
      (gradients ?? []).some(given => given && given.length !== x0.length) && 'a gradient has another length than x0',
      (curvature ?? x0).length !== x0.length && 'a curvature has another length than x0',
      [x0, curvature ?? [], ...(gradients ?? [])]
        .flat()
        .some(value => value !== null && Math.fround(value) !== value) && 'a number is none of float32',
      ...[float32, float64].flatMap(rows => [
        rows.length !== steps && 'intervals and steps differ in number',
        rows.some(row => row.length !== x0.length) && 'a row of intervals has another length than x0',
        rows.flat().some(interval => interval && interval[0] > interval[1]) && 'an interval is the wrong way round',
      ]),
    ]),
  ]
}

describe.each(rules)('the vectors of %s', id => {
  const rule = findRule(id)

  test('have the published format', () => {
    const file = JSON.parse(readFileSync(directory + nameOf(id), 'utf8'))
    expect(problems(schema, file)).toEqual([])
    expect(file).toMatchObject({ rule: id, source: rule.source })
  })

  test('agree with themselves and with their rule', () => {
    for (const vector of fileOf(id).vectors)
      expect(inconsistencies(id, vector).filter(Boolean), vector.name).toEqual([])
  })

  test('allow what the formula allows today, to the printed digits', async () => {
    const file = fileOf(id)
    for (const vector of file.vectors)
      for (const format of formats) {
        const again = await intervalsOf(rule, portable, scenarioOf(file, vector, format))
        const wrong = allowed(vector, format).flatMap((step, s) =>
          step.flatMap((row, k) =>
            row.flatMap((stored, i) => {
              const fresh = again[s]![k]![i]!
              return same[format](stored, fresh) ? [] : [{ step: s + 1, parameter: k, element: i, stored, fresh }]
            }),
          ),
        )
        expect({ name: vector.name, format, wrong }).toEqual({ name: vector.name, format, wrong: [] })
      }
  })

  test.each(formats)('say something of most elements, %s', format => {
    const intervals = fileOf(id).vectors.flatMap(vector => allowed(vector, format).flat(2))
    expect(intervals.filter(interval => interval !== null).length).toBeGreaterThan(intervals.length / 2)
  })

  test('hold the replay', async () => {
    const file = fileOf(id)
    for (const vector of file.vectors)
      for (const format of formats) {
        const { steps } = await drive(ruleSubject(rule), scenarioOf(file, vector, format))
        const iterates = steps.map(({ x = [] }) => x)
        expect({ name: vector.name, format, held: inside(allowed(vector, format), iterates) }).toMatchObject({
          held: true,
        })
      }
  })

  test('kill every wrong variant that they name', async () => {
    const file = fileOf(id)
    const mutants = new Map(mutantsOf(rule).map(mutant => [`${mutant.says}\n${mutant.now}`, mutant]))
    const survivors: string[] = []
    for (const vector of file.vectors)
      for (const { says, now } of vector.kills) {
        const mutant = mutants.get(`${says}\n${now}`)
        expect(mutant, `${vector.name}: ${says}`).toBeDefined()
        const subject = ruleSubject(mutant!.rule, ieee, id)
        if (!(await vectorsReject({ ...file, vectors: [vector] }, subject, rule)))
          survivors.push(`${vector.name}: ${says}`)
      }
    expect(survivors).toEqual([])
  })
})

/** float64 is written in full; float32 in ten digits, outwards, so that it moves by a unit of the tenth at most. */
const same: Readonly<Record<Format, (stored: Interval, fresh: Interval) => boolean>> = {
  float64: (stored, fresh) => JSON.stringify(stored) === JSON.stringify(fresh),
  float32: (stored, fresh) => {
    if (stored === null || fresh === null) return stored === fresh
    const near = (end: 0 | 1): boolean => Math.abs(stored[end] - fresh[end]) <= 1e-9 * Math.abs(fresh[end])
    return stored[0] <= fresh[0] && stored[1] >= fresh[1] && near(0) && near(1)
  },
}

describe('an interval in ten digits', () => {
  test.each([
    [
      [1.0000000006, 1.0000000004],
      [1, 1.000000001],
    ],
    [
      [-1.0000000004, -1.0000000006],
      [-1.000000001, -1],
    ],
    [
      [0.5, 9.9999999999],
      [0.5, 10],
    ],
    [
      [-1.23456789e-40, 0.5],
      [-1.23456789e-40, 0.5],
    ],
  ])('%j becomes %j, which holds it', (interval, rounded) =>
    expect(inTenDigits(interval as [number, number])).toEqual(rounded),
  )

  test('what is unbounded stays so', () => expect(inTenDigits(null)).toBeNull())
})

/** Whether an arrangement is one of the rule at the values of a vector. */
const isAt = ({ hyper: held }: Right, { hyper }: Vector): boolean =>
  Object.entries(held).every(([name, value]) => hyper[name] === value)

const vectorsAt = (right: Right): Vector[] => fileOf(right.rule).vectors.filter(vector => isAt(right, vector))
const rights = [...rightFormulas, ...rightArranged]

describe.each(formats)('a right implementation in another order stays inside, %s', format => {
  test.each(rights.filter(right => vectorsAt(right).length > 0))('$rule: $name', async right => {
    const created = right.create(format)
    const subject = typeof created === 'function' ? functionSubject(created, { format }) : created
    const { features } = (await subject.offers!(right.rule)) as Offer
    const playable = vectorsAt(right).filter(({ needs }) =>
      needs.every(need => features.includes(need === 'changes' ? 'set' : need)),
    )
    const outside: string[] = []
    for (const vector of playable) {
      const { steps } = await drive(subject, scenarioOf(fileOf(right.rule), vector, format))
      const iterates = steps.map(({ x = [] }) => x)
      if (!inside(allowed(vector, format), iterates)) outside.push(vector.name)
    }
    expect(outside).toEqual([])
    expect(playable.length).toBeGreaterThan(0)
  })
})

test('the other arrangements are of combinations of options that no vector has', () => {
  expect(rights.filter(right => vectorsAt(right).length === 0).map(({ name }) => name)).toEqual([
    'dampening subtracted, fused',
    'squares of the mean contracted',
    'variance by its own recurrence',
  ])
})

describe('an edited file', () => {
  const copy = mkdtempSync(join(tmpdir(), 'lockstep-vectors-'))
  cpSync(directory, copy, { recursive: true })
  afterAll(() => rmSync(copy, { recursive: true }))

  test.each(rules)('%s: one bit is enough to be refused', rule => {
    const bytes = readFileSync(join(copy, nameOf(rule)))
    const at = Math.floor(seeded(bytes.length)() * bytes.length)
    bytes[at]! ^= 1
    writeFileSync(join(copy, nameOf(rule)), bytes)
    expect(() => vectorsFor(rule, copy)).toThrow(GuestError)
    expect(() => vectorsFor(rule, copy)).toThrow(/expected bytes with the sha256 [0-9a-f]{64}, got [0-9a-f]{64}/)
  })

  test('a file that is gone is missed, with what to do', () => {
    const [rule] = rules
    rmSync(join(copy, nameOf(rule!)))
    expect(() => vectorsFor(rule!, copy)).toThrow(/cannot be read .*npm run vectors/)
  })
})
