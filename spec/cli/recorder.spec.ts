import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { findPython } from '../../src/guests/find-python.ts'
import { example, lockstep, workplace } from './command.ts'

const given = process.env.LOCKSTEP_PYTHON
const found = await findPython({ ...(given && { python: given }) }).catch(() => undefined)
const torch = found?.packages.torch
const recorder = fileURLToPath(new URL('../../src/guests/python', import.meta.url))
const cwd = workplace()

const python = (...args: string[]) =>
  promisify(execFile)(found!.python, args, {
    cwd,
    env: { ...process.env, PYTHONPATH: recorder, PYTHONDONTWRITEBYTECODE: '1' },
  })
const check = async (trace: string, rule: string) => {
  const { code, out, err } = await lockstep(['check', trace, '--rule', rule, '--json'], { cwd })
  return { code, err, report: out ? JSON.parse(out) : {} }
}

describe.skipIf(!found)(
  `the page about traces (${found ? `Python ${found.version}` : 'skipped: no Python was found; set LOCKSTEP_PYTHON'})`,
  () => {
    it('has a program that writes a trace which keeps to its formula', async () => {
      const page = readFileSync(fileURLToPath(new URL('../../docs/traces.md', import.meta.url)), 'utf8')
      const [, code] = /^```python\n([\s\S]*?)^```/m.exec(page)!
      writeFileSync(join(cwd, 'momentum.py'), code!)
      await python('momentum.py')
      const { code: exit, report } = await check('trace.jsonl', 'momentum/lecture')
      expect(exit).toBe(0)
      expect(report).toMatchObject({
        verdict: 'pass',
        steps: { recorded: 100, checked: 100 },
        carried: [],
        unchecked: [],
        defaults: [],
      })
    })
  },
)

const why = torch ? `torch ${torch}` : 'skipped: no Python with torch was found; set LOCKSTEP_PYTHON'
describe.skipIf(!torch)(`a network of PyTorch that is trained for 1,200 steps (${why})`, { timeout: 240_000 }, () => {
  const train = async (trace: string, ...options: string[]): Promise<string> => {
    const { stdout } = await python(example('record_training.py'), trace, '--recorder', recorder, ...options)
    return stdout
  }

  it('with AdamW and a schedule is within the bound at every step and element', async () => {
    expect(await train('whole.jsonl')).toMatch(/^1200 steps, loss 0\.\d+, \d+ % right/)
    const { code, report } = await check('whole.jsonl', 'adamw/pytorch')
    expect(code).toBe(0)
    expect(report).toMatchObject({
      verdict: 'pass',
      steps: { recorded: 1200, checked: 1200, wrong: 0 },
      observed: 1200 * 3 * (3 * 24 + 25 * 24 + 25 * 3),
      unchecked: [],
      carried: [],
      made: { library: 'torch', optimizer: 'AdamW' },
    })
    expect(report.shares.proving).toBeGreaterThan(0.95)
  })

  it('and recorded at every 10th step, some elements of each parameter, into safetensors', async () => {
    await train('some.safetensors', '--every', '10', '--sample', '20')
    const { code, report } = await check('some.safetensors', 'adamw/pytorch')
    expect(code).toBe(0)
    expect(report).toMatchObject({
      verdict: 'pass',
      steps: { recorded: 120, checked: 120 },
      unchecked: [],
      carried: [],
    })
    expect(report.shares.proving).toBeGreaterThan(0.95)
  })

  it.each([
    ['epsilon', 'x', 'epsilon in the root'],
    ['decay', 'exp_avg', 'coupled weight decay'],
  ])('with --fault %s is found at step 700, in %s: %s', async (fault, variable) => {
    await train(`${fault}.jsonl`, '--fault', fault, '--sample', '40')
    const { code, report } = await check(`${fault}.jsonl`, 'adamw/pytorch')
    expect(code).toBe(1)
    expect(report).toMatchObject({ verdict: 'fail', finding: { step: 700, variable }, steps: { checked: 1200 } })
    expect(report.steps.wrong).toBeGreaterThan(400)
    expect(report.failing.place).toBe('line 701')
  })
})

/** Two parameters, and steps of an optimizer on them. */
const start = `
import json, torch
from lockstep_recorder import record
torch.set_num_threads(1)
def parameters():
    torch.manual_seed(0)
    return torch.nn.Parameter(torch.randn(2, 3)), torch.nn.Parameter(torch.randn(4))
def steps(optimizer, count, absent=False):
    for k in range(count):
        a.grad, b.grad = torch.randn(2, 3), None if absent and k % 2 else torch.randn(4)
        optimizer.step()
`

/** One process for all optimizers: importing torch takes longer than everything else. */
const optimizers: Readonly<Record<string, string>> = {
  sgd: 'SGD([a, b], lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.1)',
  adagrad: 'Adagrad([a, b], lr=0.1, lr_decay=0.01, initial_accumulator_value=0.2)',
  rmsprop: 'RMSprop([a, b], lr=0.1, centered=True, momentum=0.5)',
  adadelta: 'Adadelta([a, b])',
  adam: 'Adam([{"params": [a]}, {"params": [b], "lr": 0.5}], amsgrad=True, maximize=True)',
}
const recordings = Object.entries(optimizers).map(
  ([family, optimizer]) => `
a, b = parameters()
o = torch.optim.${optimizer}
for name, options in {'whole': {}, 'resumed': {}, 'every': {'every': 3, 'sample': 2}}.items():
    for ending in ('jsonl', 'safetensors'):
        with record(o, f'${family}-{name}.{ending}', **options):
            steps(o, 12, absent=ending == 'jsonl')
`,
)

const others = `
a, b = parameters()
model = torch.nn.ParameterDict({'first': a, 'second': b})
for options, names in (({'model': model}, [a, b]), ({}, [('one', a), ('two', b)]), ({}, [a, b])):
    o = torch.optim.SGD(names, lr=0.1)
    with record(o, 'names.jsonl', **options):
        steps(o, 1)
    print([p['name'] for p in json.loads(open('names.jsonl').readline())['params']])

o = torch.optim.AdamW([a, b], lr=torch.tensor(0.1))
with record(o, 'rate.jsonl'):
    for rate in (0.1, 0.2, 0.05):
        o.param_groups[0]['lr'] = torch.tensor(rate)
        steps(o, 2)

o = torch.optim.SGD([a, b], lr=0.1)
try:
    with record(o, 'dies.jsonl'):
        steps(o, 3)
        raise KeyError('training')
except KeyError:
    steps(o, 2)
print(len(open('dies.jsonl').readlines()), len(o._optimizer_step_pre_hooks), len(o._optimizer_step_post_hooks))
`

/** What is refused: the line that does it, and what is said. */
const refusals: Readonly<Record<string, readonly [string, RegExp]>> = {
  'a closure': ['o.step(lambda: 0.0)', /^Refused: the gradients of a closure come after the step has begun/],
  'a new group': [
    'o.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))]}); steps(o, 1)',
    /^Refused: the optimizer has other parameters/,
  ],
  'scaled gradients': ['o.grad_scale = torch.tensor(2.0); steps(o, 1)', /^Refused: these gradients are still scaled/],
  'a sparse gradient': [
    'a.grad = torch.zeros(2, 3).to_sparse(); o.step()',
    /^Refused: the gradient of group0\.0 is .*sparse/,
  ],
  'half precision': [
    'record(torch.optim.SGD([torch.nn.Parameter(torch.zeros(2).half())], lr=1), "no.jsonl")',
    /^Refused: .*only dense float32 and float64/,
  ],
  'another ending': ['record(o, "no.csv")', /^ValueError: .*ends in \.jsonl or \.safetensors/],
  'every step of none': ['record(o, "no.jsonl", every=0)', /^ValueError: .*whole numbers from 1 on/],
}
const refused = Object.values(refusals).map(
  ([line]) => `
a, b = parameters()
o = torch.optim.SGD([a, b], lr=0.1)
try:
    with record(o, 'refused.jsonl'):
        ${line}
    print('accepted')
except Exception as error:
    print(f'{type(error).__name__}: {error}')
`,
)

describe.skipIf(!torch)(`the recorder (${why})`, { timeout: 120_000 }, () => {
  const printed: string[] = []

  beforeAll(async () => {
    const { stdout } = await python('-c', [start, others, ...refused, ...recordings].join('\n'))
    printed.push(...stdout.trim().split('\n'))
  }, 120_000)

  it.each(Object.keys(optimizers))(
    '%s: whole, resumed, sampled, with absent gradients, as lines and as tensors',
    async family => {
      for (const name of ['whole', 'resumed', 'every'])
        for (const ending of ['jsonl', 'safetensors']) {
          const { report } = await check(`${family}-${name}.${ending}`, `${family}/pytorch`)
          const right = { verdict: 'pass', unchecked: [], carried: [], defaults: [] }
          expect(report, `${family}-${name}.${ending}`).toMatchObject(right)
        }
    },
  )

  it('calls parameters as the model does, or the optimizer, or by their place', () => {
    expect(printed.slice(0, 3)).toEqual(["['first', 'second']", "['one', 'two']", "['group0.0', 'group0.1']"])
  })

  it('records the rate of each step, and a rate that is a tensor as its number', async () => {
    expect((await check('rate.jsonl', 'adamw/pytorch')).report).toMatchObject({
      verdict: 'pass',
      steps: { checked: 6 },
    })
  })

  it('leaves what was recorded when the training dies, and takes its hooks away', async () => {
    expect(printed[3]).toBe('4 0 0')
    expect((await check('dies.jsonl', 'sgd/pytorch')).report).toMatchObject({ verdict: 'pass', steps: { checked: 3 } })
  })

  it.each(Object.entries(refusals).map(([what, [, message]], k) => [what, message, k] as const))(
    'refuses %s',
    (_, message, k) => expect(printed[4 + k]).toMatch(message),
  )
})
