import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findPython } from '../../src/guests/find-python.ts'
import type { GuestSubject } from '../../src/guests/process.ts'
import { importsOf, pythonFileSubject } from '../../src/guests/python-file.ts'
import { pythonFile } from '../../src/guests/python-path.ts'
import { verify } from '../../src/kit/verify.ts'
import type { Offer, Setup } from '../../src/subject/subject.ts'

const python = process.env.LOCKSTEP_PYTHON
const found = await findPython({ ...(python && { python }) }).catch(() => undefined)
const directory = mkdtempSync(join(tmpdir(), 'lockstep-file-'))
const opened: GuestSubject[] = []
afterAll(async () => {
  await Promise.all(opened.map(subject => subject.close()))
  rmSync(directory, { recursive: true })
})

let count = 0
/** A Python file with this text, as a subject. */
function file(text: string, object?: string, name = `opt${++count}.py`): GuestSubject {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  const subject = pythonFileSubject({ file: path, ...(object !== undefined && { object }) }, { python: found!.python })
  opened.push(subject)
  return subject
}

const offer = async (subject: GuestSubject, rule: string) => (await subject.offers!(rule)) as Offer
async function verdicts(subject: GuestSubject, rule: string) {
  const { results } = await verify({ subjects: [subject], rules: [rule], checks: ['formula'] })
  return results.map(
    ({ formats, verdict, reason }) => `${formats} ${reason === undefined ? verdict : reason.split('\n')[0]}`,
  )
}
const pass = ['float32 pass', 'float64 pass']
const fail = ['float32 fail', 'float64 fail']

test('a file and what it names are told apart', () => {
  expect(pythonFile('my_opt.py:MyAdam')).toEqual({ file: 'my_opt.py', object: 'MyAdam' })
  expect(pythonFile('./a/b.py')).toEqual({ file: './a/b.py' })
  expect(pythonFile('C:\\a\\b.py:A.B')).toEqual({ file: 'C:\\a\\b.py', object: 'A.B' })
  expect(['keras', 'a.pyc', 'a.py:', 'a.py:1x', 'b.ts'].map(pythonFile)).toEqual(Array(5).fill(undefined))
})

test('the frameworks that a file imports are seen in its text', () => {
  const text = 'import os, torch.nn\nfrom keras import ops\n  import numpy as np\n# import jax\nx = "import optax"\n'
  expect(importsOf(text)).toEqual(['torch', 'keras', 'numpy'])
})

const numpyAdam = (from = '', to = '') =>
  `import numpy as np
class Adam:
    def __init__(self, x0, lr=0.001, betas=(0.9, 0.999), epsilon=1e-8):
        self.x, self.lr, self.betas, self.eps, self.t = x0, lr, betas, epsilon, 0
        self._m, self._v = np.zeros_like(x0), np.zeros_like(x0)
    def step(self, g):
        b1, b2 = self.betas
        self.t += 1
        self._m = b1 * self._m + (1 - b1) * g
        self._v = b2 * self._v + (1 - b2) * g ** 2
        self.x = self.x - self.lr * (self._m / (1 - b1 ** self.t)) / (np.sqrt(self._v / (1 - b2 ** self.t)) + self.eps)
        return self.x
`.replace(from, to)

const noNumpy = found?.packages.numpy ? false : 'skipped: no Python with numpy was found; set LOCKSTEP_PYTHON'
describe.skipIf(noNumpy)(`NumPy${noNumpy ? ` (${noNumpy})` : ''}`, { timeout: 60_000 }, () => {
  test('a class is held to a rule under its own names', async () => {
    const subject = file(numpyAdam())
    expect(await offer(subject, 'adam/kingma-ba')).toMatchObject({
      hyper: ['lr', 'beta1', 'beta2', 'eps'],
      state: ['m', 'v'],
      features: ['spoil', 'state', 'set'],
      notes: ['Names: eps is epsilon, m is _m, v is _v.'],
    })
    expect(await verdicts(subject, 'adam/kingma-ba')).toEqual(pass)
  })

  test.each([
    [
      'keeps the first gradient',
      'g if self.buffer is None else self.momentum * self.buffer + g',
      'nothing is kept by reference',
      /reads what its caller had handed over earlier/,
    ],
    [
      'has state of another format',
      'np.float32(g if self.buffer is None else self.momentum * self.buffer + g)',
      'state has the dtype of its parameter',
      /buffer of .+ is float32, not float64/,
    ],
  ])('a class that %s fails that contract, in words that name it', async (_, buffer, check, words) => {
    const source = `import numpy as np
class SGD:
    def __init__(self, x0, lr=0.001, momentum=0.9):
        self.x, self.lr, self.momentum, self.buffer = x0, lr, momentum, None
    def step(self, g):
        self.buffer = ${buffer}
        self.x = self.x - self.lr * self.buffer
        return self.x
`
    const { results } = await verify({ subjects: [file(source)], rules: ['momentum/pytorch'], checks: [check] })
    const failed = results.find(({ verdict }) => verdict === 'fail')
    expect(failed?.reason).toMatch(words)
  })

  test('a mistake in it is found', async () => {
    expect(await verdicts(file(numpyAdam(') + self.eps)', ' + self.eps))')), 'adam/kingma-ba')).toEqual(fail)
  })

  test.each([
    [
      'a function',
      'def make(x0, *, lr):\n  class O:\n    def step(self, g):\n      nonlocal x0\n      x0 = x0 - lr * g\n      return x0\n  return O()',
      'make',
    ],
    [
      'a class that works in place',
      'class O:\n  def __init__(self, x0, lr): self.w, self.lr = x0, lr\n  def step(self, g): self.w -= self.lr * g',
      'O',
    ],
    [
      'a class that keeps x to itself',
      'class O:\n  def __init__(self, x0, lr): self.x, self.lr = x0, lr\n  def step(self, g): self.x = self.x - self.lr * g',
      'O',
    ],
    [
      'a class whose step takes x',
      'class O:\n  def __init__(self, lr): self.lr = lr\n  def step(self, x, g): return x - self.lr * g',
      'O',
    ],
    [
      'that in place',
      'class O:\n  def __init__(self, lr): self.lr = lr\n  def step(self, x, g): x -= self.lr * g',
      'O',
    ],
  ])('%s will do', async (_, text, object) => expect(await verdicts(file(text, object), 'sgd/lecture')).toEqual(pass))

  test('a format that it does not keep is not offered, and said', async () => {
    const subject = file(
      'import numpy as np\nclass O:\n  def __init__(self, lr=np.float64(0.1)): self.lr = lr\n  def step(self, x, g): return x - np.float64(self.lr) * g',
    )
    expect((await offer(subject, 'sgd/lecture')).notes?.join()).toContain(
      'not in float32: step gave float64 where its input was float32',
    )
    expect(subject.formats).toEqual(['float64'])
  })

  test('a result of another shape is undecided', async () => {
    const subject = file(
      'class O:\n  def __init__(self, lr=0.1): self.lr = lr\n  def step(self, x, g): return x if x.size > 1 else [x, x]',
    )
    expect((await verdicts(subject, 'sgd/lecture')).join()).toMatch(
      /in a step: step gave an array of shape \(2, 1\); expected \(1,\)/,
    )
  })

  test('what breaks in a step is undecided, with the lines of the user’s file', async () => {
    const subject = file(
      'class O:\n  def __init__(self, lr=0.1): self.lr = lr\n  def step(self, x, g):\n    if g.size == 1: return x / self.nothing\n    return x - self.lr * g',
    )
    const { results } = await verify({ subjects: [subject], rules: ['sgd/lecture'], checks: ['formula'] })
    expect(results[0]).toMatchObject({ verdict: 'unknown' })
    expect(results[0]!.reason).toMatch(
      /AttributeError: 'O' object has no attribute 'nothing'\nTraceback:[\s\S]*opt\d+\.py", line 4, in step/,
    )
    expect(results[0]!.reason).not.toContain('user_numpy.py')
  })

  test('modules of the user’s that are called like Lockstep’s own are the user’s', async () => {
    writeFileSync(join(directory, 'bits.py'), 'RATE = 1.0\n')
    const text =
      'import bits\nclass O:\n  def __init__(self, lr=0.1): self.lr = lr\n  def step(self, x, g):\n    import bits as again\n    return x - again.RATE * bits.RATE * self.lr * g'
    expect(await verdicts(file(text), 'sgd/lecture')).toEqual(pass)
  })

  test('a file in a package may import its neighbours', async () => {
    mkdirSync(join(directory, 'pack'), { recursive: true })
    writeFileSync(join(directory, 'pack/__init__.py'), '')
    writeFileSync(join(directory, 'pack/near.py'), 'def move(x, lr, g): return x - lr * g\n')
    const text =
      'from .near import move\nclass O:\n  def __init__(self, lr=0.1): self.lr = lr\n  def step(self, x, g): return move(x, self.lr, g)'
    expect(await verdicts(file(text, undefined, 'pack/opt.py'), 'sgd/lecture')).toEqual(pass)
  })

  test.each<[string, string, string | undefined, string, RegExp]>([
    ['a name that is not there', numpyAdam(), 'Adm', 'refused', /there is no Adm in it\. Did you mean Adam\?/],
    [
      'several optimizers',
      `${numpyAdam()}\nclass Other(Adam): pass\n`,
      undefined,
      'refused',
      /it has 2 candidates: Adam, Other\. Name one: .*:Adam/,
    ],
    [
      'none',
      'x = 1\n',
      undefined,
      'refused',
      /there is no optimizer in it .*expected a torch\.optim\.Optimizer subclass/,
    ],
    ['something else', 'x = 1\n', 'x', 'refused', /x is of type int; expected/],
    [
      'an object instead of its class',
      `${numpyAdam()}\nadam = Adam(np.zeros(1))\n`,
      'adam',
      'refused',
      /adam is an optimizer that was made already \(Adam\)/,
    ],
    ['a class without step', 'class O: pass\n', 'O', 'refused', /O is a class without step\(\)/],
    [
      'no start',
      'class O:\n  def __init__(self, lr=0.1): pass\n  def step(self, g): return g',
      'O',
      'refused',
      /O begins with lr=0\.1; expected the start first/,
    ],
    [
      'an error in the file',
      'import numpy\n1 / 0\n',
      undefined,
      'crashed',
      /when it was loaded: ZeroDivisionError: division by zero\nTraceback:[\s\S]*line 2/,
    ],
    ['a mistake in its syntax', 'class O(:\n', undefined, 'crashed', /SyntaxError/],
    ['a module that is not there', 'import no_such_thing\n', undefined, 'crashed', /No module named 'no_such_thing'/],
  ])('%s is told with what to do', async (_, text, object, kind, message) => {
    await expect(file(text, object).connect()).rejects.toMatchObject({ kind, message: expect.stringMatching(message) })
  })
})

const torchAdam = (from = '', to = '') =>
  `import torch
class MyAdam(torch.optim.Optimizer):
    def __init__(self, params, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8, nu=1.0):
        if learning_rate < 0: raise ValueError(f'negative rate {learning_rate}')
        super().__init__(params, dict(lr=learning_rate, betas=betas, eps=eps))
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group['betas']
            for p in group['params']:
                if p.grad is None: continue
                s = self.state[p]
                if not s: s.update(t=0, mom=torch.zeros_like(p), sq=torch.zeros_like(p))
                s['t'] += 1
                s['mom'].mul_(b1).add_(p.grad, alpha=1 - b1)
                s['sq'].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                p.sub_(group['lr'] * (s['mom'] / (1 - b1 ** s['t'])) / ((s['sq'] / (1 - b2 ** s['t'])).sqrt() + group['eps']))
`.replace(from, to)

const noTorch = found?.packages.torch ? false : 'skipped: no Python with torch was found; set LOCKSTEP_PYTHON'
describe.skipIf(noTorch)(`PyTorch${noTorch ? ` (${noTorch})` : ''}`, { timeout: 120_000 }, () => {
  test('a subclass is held to a rule: groups, absent gradients, changed rates, saved state', async () => {
    const subject = file(torchAdam())
    const offered = await offer(subject, 'adam')
    expect(offered).toMatchObject({
      rule: 'adam/pytorch',
      hyper: ['lr', 'beta1', 'beta2', 'eps'],
      state: ['exp_avg', 'exp_avg_sq'],
    })
    // `nu` is kept nowhere in param_groups, so that groups could not differ in it
    expect([...offered.features].sort()).toEqual(['absent', 'save', 'set', 'shapes', 'spoil', 'state', 'strides'])
    expect(offered.notes?.join(' ')).toMatch(/lr is learning_rate.*Matched state by its values|exp_avg is mom/)
    expect(offered.notes?.join(' ')).toContain('Left at its own default: nu = 1.')
    expect(await verdicts(subject, 'adam/pytorch')).toEqual(pass)
  })

  test('a mistake in it is found', async () => {
    expect(
      await verdicts(file(torchAdam(").sqrt() + group['eps'])", " + group['eps']).sqrt())")), 'adam/pytorch'),
    ).toEqual(fail)
  })

  const params = (value: number) => [{ name: 'a', value: Float64Array.of(value, value) }]

  test('groups have their own numbers, another group can be added, and a run resumes from what was saved', async () => {
    const subject = file(torchAdam(', nu=1.0', ''))
    expect((await offer(subject, 'adam/pytorch')).features).toEqual(expect.arrayContaining(['groups', 'add']))
    const groups = [0.5, 0.25].map(lr => ({ hyper: { lr, beta1: 0.9, eps: 1 }, params: params(1) }))
    const setup: Setup = { rule: 'adam/pytorch', format: 'float64', groups }
    const run = await subject.open(setup)
    await run.add!({ hyper: { lr: 0.125 }, params: params(2) })
    const one = Float64Array.of(1, 1)
    const x = (await run.step([one, one, one]))!.map(values => values[0])
    expect(x).toEqual([0.75, 0.875, expect.closeTo(1.875, 6)])
    await run.set!(1, { lr: 0 })
    const saved = await run.save!()
    const straight = await run.step([one, null, one])
    expect(straight![1]).toEqual(Float64Array.of(0.875, 0.875))
    const again = await subject.open(
      { ...setup, groups: [...groups, { hyper: { lr: 0.125 }, params: params(2) }] },
      saved,
    )
    expect(await again.step([one, null, one])).toEqual(straight)
  })

  test('a tuple in param_groups is one again in a run that was resumed', async () => {
    const text = torchAdam(', nu=1.0', '')
      .replaceAll('betas', 'decays')
      .replace('b1, b2 =', "assert isinstance(group['decays'], tuple); b1, b2 =")
    const subject = file(text)
    const setup: Setup = {
      rule: 'adam/pytorch',
      format: 'float64',
      groups: [{ hyper: { lr: 0.5, beta1: 0.5 }, params: params(1) }],
    }
    const run = await subject.open(setup)
    const one = [Float64Array.of(1, 1)]
    await run.step(one)
    const again = await subject.open(setup, await run.save!())
    expect(await again.step(one)).toEqual(await run.step(one))
  })

  test('what it refuses is a refusal', async () => {
    const subject = file(torchAdam())
    const groups = [{ hyper: { lr: 0 }, params: params(1) }]
    await expect(
      subject.open({ rule: '*', format: 'float64', groups: [{ hyper: { learning_rate: -1 }, params: params(1) }] }),
    ).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/negative rate -1/),
    })
    await expect(subject.open({ rule: 'adam/pytorch', format: 'float64', groups })).resolves.toBeDefined()
  })

  test('a step that requires a closure gets one that gives the same gradients', async () => {
    const subject = file(
      torchAdam(
        'def step(self, closure=None):',
        'def step(self, closure):\n        with torch.enable_grad(): assert closure() == 0',
      ),
    )
    expect(await verdicts(subject, 'adam/pytorch')).toEqual(pass)
  })

  test('one that fails on a parameter without a gradient is not given any, which is said', async () => {
    const subject = file(torchAdam('if p.grad is None: continue', 'pass'))
    const { features, notes } = await offer(subject, 'adam/pytorch')
    expect(features).not.toContain('absent')
    expect(notes?.join()).toContain('It does not take a parameter without a gradient'.replace('It', 'it'))
    expect(await verdicts(subject, 'adam/pytorch')).toEqual(pass)
  })

  test('keywords that go on to the base class are found', async () => {
    const subject = file(
      'import torch\nclass Mine(torch.optim.AdamW):\n  def __init__(self, params, lr=0.1, **kwargs):\n    super().__init__(params, lr=lr, **kwargs)\n',
    )
    expect((await offer(subject, 'adamw')).hyper).toEqual([
      'lr',
      'beta1',
      'beta2',
      'eps',
      'weight_decay',
      'amsgrad',
      'maximize',
    ])
    expect(await verdicts(subject, 'adamw')).toEqual(pass)
  })

  test('without a rule it is asked under its own names', async () => {
    const offered = (await file(torchAdam()).offers!('*')) as Offer
    expect(offered).toMatchObject({
      rule: '*',
      hyper: ['learning_rate', 'beta1', 'beta2', 'eps', 'nu'],
      state: ['mom', 'sq'],
      defaults: { learning_rate: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8, nu: 1 },
    })
  })
})

const noOptax = found?.packages.optax && found.packages.jax ? false : 'skipped: no Python with optax was found'
describe.skipIf(noOptax)(`Optax${noOptax ? ` (${noOptax})` : ''}`, { timeout: 240_000 }, () => {
  const momentum = (decay: string) => `import jax, jax.numpy as jnp, optax
def mine(learning_rate, decay=0.9):
    def update(g, s, params=None):
        s = {'heavy': jax.tree.map(lambda m, g: ${decay} * m + g, s['heavy'], g)}
        return jax.tree.map(lambda m: -learning_rate * m, s['heavy']), s
    return optax.GradientTransformation(lambda p: {'heavy': jax.tree.map(jnp.zeros_like, p)}, update)
`
  test('a factory is held to a rule', async () => {
    const subject = file(momentum('decay'))
    expect(await offer(subject, 'momentum')).toMatchObject({
      rule: 'momentum/optax',
      hyper: ['lr', 'momentum'],
      state: ['trace'],
    })
    expect(await verdicts(subject, 'momentum')).toEqual(pass)
  })

  test('a mistake in it is found', async () =>
    expect(await verdicts(file(momentum('decay ** 2')), 'momentum')).toEqual(fail))

  test('a function that gives something else is refused', async () => {
    await expect(file('import jax\ndef f(lr): return 3\n').connect()).rejects.toThrow(
      /f returned int; expected an Optax transformation/,
    )
  })
})

const noKeras = found?.packages.keras ? false : 'skipped: no Python with keras was found'
describe.skipIf(noKeras)(`Keras${noKeras ? ` (${noKeras})` : ''}`, { timeout: 240_000 }, () => {
  const momentum = (sign: string) => `import keras
class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name='mine', **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum
    def build(self, variables):
        super().build(variables)
        self.heavy = self.add_optimizer_variables(variables, 'heavy')
    def update_step(self, gradient, variable, learning_rate):
        lr = keras.ops.cast(learning_rate, variable.dtype)
        heavy = self.heavy[self._get_variable_index(variable)]
        self.assign(heavy, self.momentum * heavy ${sign} lr * gradient)
        self.assign_add(variable, heavy)
`
  test('a class is held to a rule', async () => {
    const subject = file(momentum('-'))
    expect(await offer(subject, 'momentum')).toMatchObject({
      rule: 'momentum/keras',
      hyper: ['lr', 'momentum'],
      state: ['momentum'],
    })
    expect((await verdicts(subject, 'momentum'))[0]).toBe('float32 pass')
  })

  test('a mistake in it is found', async () => expect(await verdicts(file(momentum('+')), 'momentum')).toEqual(fail))
})
