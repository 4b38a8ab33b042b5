import { Bench } from 'tinybench'
import { Decider } from '../src/derive/decide.ts'
import { replay } from '../src/derive/replay.ts'
import { Stepper } from '../src/derive/stepper.ts'
import { ieee } from '../src/language/arithmetic.ts'
import { correctPower } from '../src/numbers/power.ts'
import { findRule } from '../src/rules/lookup.ts'

/**
 * The compiled replay of adam/pytorch against a loop written by hand in the same arithmetic: both in every round of one
 * run, in alternating order, so that what else the machine does hits both. It must not fall below `least`.
 */
const rounds = 15
const least = 0.8
const sizes = [8, 1024, 1_000_000]
/** Below this size a step is overhead, which is shown and not judged. */
const judged = 1024

type Floats = Float32Array | Float64Array
type Step = () => void

const rule = findRule('adam/pytorch')
const hyper = Object.fromEntries(Object.values(rule.hyper).map(({ name, default: value }) => [name, value]))
const { lr, beta1, beta2, eps } = hyper as Record<string, number>

const gradient = (length: number): number[] => Array.from({ length }, (_, i) => Math.sin(i + 1))

function replayed(format: 'float32' | 'float64', length: number): Step {
  const stepper = new Stepper(rule, replay(format, ieee), new Decider(rule, format, ieee))
  const cell = stepper.begin(new Float64Array(length).fill(1), hyper)
  const g = stepper.read(gradient(length))
  let step = 0
  return () => stepper.step(cell, g, hyper, ++step)
}

/** Scalars of a step, which are binary64 in both formats. */
const scalars = (t: number) => {
  const size = lr! / (1 - correctPower(beta1!, t))
  return { size, root: Math.sqrt(1 - correctPower(beta2!, t)) }
}

function byHand32(x: Floats, m: Floats, v: Floats, g: Floats, t: number): void {
  const { fround, sqrt } = Math
  const { size, root } = scalars(t)
  const [w, b2, c2, e, s, r] = [
    fround(1 - beta1!),
    fround(beta2!),
    fround(1 - beta2!),
    fround(eps!),
    fround(size),
    fround(root),
  ]
  for (let i = 0; i < x.length; i++) {
    const d = g[i]!
    const m1 = fround(m[i]! + fround(w * fround(d - m[i]!)))
    const v1 = fround(fround(b2 * v[i]!) + fround(fround(c2 * d) * d))
    const denominator = fround(fround(fround(sqrt(v1)) / r) + e)
    m[i] = m1
    v[i] = v1
    x[i] = fround(x[i]! - fround(fround(s * m1) / denominator))
  }
}

function byHand64(x: Floats, m: Floats, v: Floats, g: Floats, t: number): void {
  const { size, root } = scalars(t)
  const [w, c2] = [1 - beta1!, 1 - beta2!]
  for (let i = 0; i < x.length; i++) {
    const d = g[i]!
    const m1 = m[i]! + w * (d - m[i]!)
    const v1 = beta2! * v[i]! + c2 * d * d
    const denominator = Math.sqrt(v1) / root + eps!
    m[i] = m1
    v[i] = v1
    x[i] = x[i]! - (size * m1) / denominator
  }
}

function byHand(format: 'float32' | 'float64', length: number): Step {
  const make = (): Floats => (format === 'float32' ? new Float32Array(length) : new Float64Array(length))
  const [x, m, v, g] = [make().fill(1), make(), make(), make()]
  g.set(gradient(length))
  const run = format === 'float32' ? byHand32 : byHand64
  let step = 0
  return () => run(x, m, v, g, ++step)
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
const percent = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b)
  const quartile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!
  return `${(((quartile(0.75) - quartile(0.25)) / median(values)) * 100).toFixed(0)} %`
}

/** The median time of a step in one round, in nanoseconds. */
async function timed(tasks: readonly (readonly [string, Step])[], iterations: number): Promise<Map<string, number>> {
  const bench = new Bench({ iterations, time: 0, warmup: false })
  for (const [name, step] of tasks) bench.add(name, step)
  await bench.run()
  return new Map(
    bench.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
      return [name, result.latency.p50 * 1e6]
    }),
  )
}

let slow = 0
console.log('parameters  format   replay ns/param (spread)  by hand ns/param (spread)  replay/by hand')
for (const length of sizes) {
  for (const format of ['float32', 'float64'] as const) {
    const tasks = [
      ['replay', replayed(format, length)],
      ['by hand', byHand(format, length)],
    ] as const
    const iterations = Math.max(3, Math.min(2000, Math.round(4e6 / length)))
    await timed(tasks, iterations)
    const times = { replay: [] as number[], 'by hand': [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const result = await timed(round % 2 ? tasks : tasks.toReversed(), iterations)
      for (const [name] of tasks) times[name].push(result.get(name)!)
    }
    // Throughput of the replay as a share of that of the loop, round by round.
    const ratio = median(times['by hand'].map((time, round) => time / times.replay[round]!))
    if (length >= judged && ratio < least) slow += 1
    const column = (name: keyof typeof times): string =>
      `${(median(times[name]) / length).toFixed(2).padStart(10)} (${percent(times[name])})`.padEnd(26)
    console.log(
      `${String(length).padStart(10)}  ${format}  ${column('replay')}${column('by hand')}  ${ratio.toFixed(2)}`,
    )
  }
}
if (slow > 0) {
  console.error(`The replay is slower than ${least} of the loop written by hand in ${slow} of the rows above.`)
  process.exitCode = 1
}
