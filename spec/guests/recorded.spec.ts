import { describe, expect, it } from 'vitest'
import { parseGolden, parseGradients } from '../../src/guests/golden.ts'
import { recorded } from '../../src/guests/recorded.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { drive, setupOf } from '../../src/subject/driver.ts'
import { golden, gradients } from './golden-sample.ts'

const shared = parseGradients(JSON.stringify(gradients), 'gradients.json')
const family = parseGolden(JSON.stringify(golden), 'momentum.json', shared)
const subject = recorded('pytorch', { gradients: shared, families: [family] }, ieee)
const scenarios = await subject.scenarios!('momentum/pytorch')

describe('a recorded subject', () => {
  it('offers what its records show', async () => {
    expect(await subject.offers!('momentum')).toEqual({
      rule: 'momentum/pytorch',
      hyper: ['lr', 'momentum'],
      state: ['momentum_buffer'],
      features: ['absent', 'set', 'state'],
    })
    expect(subject.version).toBe('torch 2.15.0')
  })

  it('says which rules it does not hold', async () => {
    expect(await subject.offers!('adam/pytorch')).toEqual({ unsupported: 'pytorch holds no recording of adam/pytorch' })
    expect(await subject.scenarios!('adam/pytorch')).toEqual([])
  })

  it('plays back the iterates where they were kept, and none elsewhere', async () => {
    const { steps } = await drive(subject, scenarios[0]!)
    expect(steps.map(({ x }) => x?.map(values => [...values]))).toEqual([
      [[-0.5, 0], [0.5]],
      undefined,
      [[-1, -1], [-1]],
    ])
  })

  it('shows state at its checkpoints, without the variables that did not exist', async () => {
    const { steps } = await drive(subject, scenarios[0]!)
    expect(steps.map(({ state }) => state)).toEqual([
      undefined,
      undefined,
      [{ momentum_buffer: Float64Array.of(7, 8) }, {}],
    ])
  })

  it('tells two records apart by a change on the way', async () => {
    const { steps } = await drive(subject, scenarios[1]!)
    expect(steps[2]!.x![0]![0]).toBe(-2)
  })

  it('refuses a setup that was not recorded', async () => {
    const setup = setupOf(scenarios[0]!)
    setup.groups[0]!.params[0]!.value[0] = -0
    expect(() => subject.open(setup)).toThrow(
      /pytorch is a recording: no run of momentum\/pytorch was recorded from this setup/,
    )
  })

  it('refuses a gradient that differs in one bit', async () => {
    const run = await subject.open(setupOf(scenarios[0]!))
    expect(() => run.step([Float64Array.of(1, 2 + 2 ** -22), Float64Array.of(3)])).toThrow(
      /in step 1 it was given another gradient/,
    )
  })

  it('refuses to go on after the last recorded step, and to resume', async () => {
    const run = await subject.open(setupOf(scenarios[0]!))
    const steps = scenarios[0]!.gradients as unknown[]
    expect(steps).toHaveLength(3)
    await expect(
      drive(subject, {
        ...scenarios[0]!,
        steps: 4,
        gradients: [...(scenarios[0]!.gradients as []), [null, null]] as never,
      }),
    ).rejects.toThrow(/step 4/)
    expect(() => subject.open(setupOf(scenarios[0]!), {})).toThrow(/cannot be resumed/)
    run.close?.()
  })
})
