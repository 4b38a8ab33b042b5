import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ended, example, lockstep, started, workplace } from './command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** Whether a process is there and is no zombie that waits for its parent. */
function runs(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}

/** A directory with modules: gradient descent whose step begins with a line of code. */
function modules(lines: Readonly<Record<string, string>>): string {
  const cwd = workplace()
  for (const [name, line] of Object.entries(lines)) {
    const code = `import { appendFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
let calls = 0
export default ({ lr }, x) => ({
  step(gradient) {
    calls += 1
    ${line}
    return (x = x.map((value, i) => value - lr * gradient[i]))
  },
})
`
    writeFileSync(join(cwd, `${name}.mjs`), code)
  }
  return cwd
}

/** Starts a child of the module's own, and writes down the ids of both. */
const family = `if (calls === 1) {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' })
      appendFileSync('pids', process.pid + ' ' + child.pid + ' ')
    }`
const pidsIn = (cwd: string): number[] => readFileSync(join(cwd, 'pids'), 'utf8').trim().split(' ').map(Number)

describe('one run with good and bad modules', () => {
  it('tells of each what happened, ends all that they started, and the good ones pass', {
    timeout: 90_000,
  }, async () => {
    const bad: Record<string, [string, RegExp]> = {
      exits: [
        `${family}; if (calls > 3) process.exit(0)`,
        /ended by itself with exit code 0 before it answered `steps`/,
      ],
      dies: [
        `${family}; if (calls > 3) { console.error('out of luck'); process.kill(process.pid, 'SIGKILL') }`,
        /was ended by SIGKILL before it answered `steps`.*standard error: out of luck/,
      ],
      hangs: [`${family}; if (calls > 3) for (;;);`, /did not answer `steps` within 2 s and was ended/],
      floods: [
        `${family}; while (calls > 3) try { appendFileSync(1, 'y'.repeat(65536)) } catch {}`,
        /printed a line of more than \d+ bytes\./,
      ],
      shouts: [
        `${family}; while (calls > 3) console.log('z'.repeat(1000))`,
        /did not answer `steps` within 2 s and was ended.*The end of its standard error: z+/,
      ],
      garbles: [
        `if (calls > 3) { ${family.replace('calls === 1', 'true')}; appendFileSync(1, 'half a {"line'); process.exit(7) }`,
        /exit code 7 .*Its last line is not complete: "half a \{\\"line"/,
      ],
      shortens: ['if (calls > 3) return x.slice(1)', /returned .* \(length \d+\)\. Expected a Float64Array of/],
      texts: ["if (calls > 3) return [...x].map(value => value + ' €')", /Expected a Float64Array/],
    }
    const cwd = modules({
      first: '',
      ...Object.fromEntries(Object.entries(bad).map(([name, [line]]) => [name, line])),
      last: '',
    })
    const names = ['first', ...Object.keys(bad), 'last']
    const options = ['--rule', 'sgd/lecture', '--check', 'formula', '--timeout', '2', '--json']
    const { code, out } = await lockstep(['verify', ...names.map(name => `./${name}.mjs`), ...options], { cwd })
    expect(code).toBe(3)
    const { results } = JSON.parse(out)
    expect(results.map(({ subject, verdict }: { subject: string; verdict: string }) => [subject, verdict])).toEqual(
      names.map(name => [name, name === 'first' || name === 'last' ? 'pass' : 'unknown']),
    )
    for (const { subject, reason } of results) if (bad[subject]) expect(flat(reason), subject).toMatch(bad[subject][1])
    const pids = pidsIn(cwd)
    expect(pids.length).toBeGreaterThanOrEqual(8)
    expect(pids.filter(runs)).toEqual([])
  })

  it('NaN fails, and says in which step', async () => {
    const cwd = modules({ nan: 'if (calls > 2) return x.fill(NaN)' })
    const { code, out } = await lockstep(
      ['verify', './nan.mjs', '--rule', 'sgd/lecture', '--check', 'formula', '--json'],
      { cwd },
    )
    expect(code).toBe(1)
    expect(JSON.parse(out).results).toMatchObject([{ verdict: 'fail', got: 'NaN', variable: 'x' }])
  })
})

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends all children and theirs, also one that hangs: %s', async signal => {
    const cwd = modules({ hangs: `${family}; if (calls > 3) for (;;);` })
    const child = started(['verify', './hangs.mjs', '--rule', 'sgd/lecture', '--timeout', '600'], { cwd })
    await expect.poll(() => existsSync(join(cwd, 'pids')), { timeout: 15_000 }).toBe(true)
    const pids = pidsIn(cwd)
    expect(pids.map(runs)).toEqual([true, true])
    child.kill(signal)
    expect(await ended(child)).toBe(130)
    await expect.poll(() => pids.some(runs)).toBe(false)
  })

  it('or none at all: a module that computes without end does not outlive a kill', { timeout: 30_000 }, async () => {
    const cwd = modules({ hangs: `${family}; if (calls > 3) for (;;);` })
    const child = started(['verify', './hangs.mjs', '--rule', 'sgd/lecture', '--timeout', '600'], { cwd })
    await expect.poll(() => existsSync(join(cwd, 'pids')), { timeout: 15_000 }).toBe(true)
    const pids = pidsIn(cwd)
    child.kill('SIGKILL')
    await expect.poll(() => pids.some(runs), { timeout: 10_000 }).toBe(false)
  })

  it.each([
    ['does not answer', ['doctor'], 'sleep 1000 & echo $$ $! > pids; wait'],
    [
      'records and does not listen',
      ['golden', 'generate', '--out', 'new'],
      `if [ "$1" = -c ]; then echo '{"version": "3.13", "packages": {"torch": "2.15"}}'; exit; fi
      trap '' TERM; sleep 1000 & echo $$ $! > pids; while :; do wait; done`,
    ],
  ])('ends a Python that %s, and what it started', async (_, command, code) => {
    const cwd = workplace()
    const python = join(cwd, 'python')
    writeFileSync(python, `#!/bin/sh\n${code}\n`)
    chmodSync(python, 0o755)
    const child = started([...command, '--python', python], { cwd })
    await expect.poll(() => existsSync(join(cwd, 'pids')), { timeout: 15_000 }).toBe(true)
    const pids = pidsIn(cwd)
    child.kill('SIGINT')
    await ended(child)
    await expect.poll(() => pids.some(runs), { timeout: 5000 }).toBe(false)
  })
})

describe('--timeout', () => {
  it.each(['0', '-1', 'soon', ''])('takes a number of seconds above 0: not %j', async text => {
    const { code, err } = await lockstep(['verify', 'tfjs', '--timeout', text])
    expect([code, err]).toEqual([2, expect.stringContaining('number of seconds above 0')])
  })
})

describe('what strangers write does not reach the terminal as it is', () => {
  const codes = '\u001b[2J\u001b]0;owned\u0007'

  it('the title of a rule, and its other words', async () => {
    const cwd = workplace()
    const rule = {
      id: 'own',
      title: `Mine${codes}`,
      source: `A paper${codes}`,
      note: codes,
      hyper: { lr: { default: '0.1', meaning: codes } },
    }
    writeFileSync(join(cwd, 'own.ts'), `export default ${JSON.stringify({ ...rule, step: 'x = x - lr * g' })}`)
    const { code, out, err } = await lockstep(['rules', 'own.ts'], { cwd })
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('Mine\ufffd[2J')
    expect([...(out + err)].filter(sign => codes.includes(sign) && sign < ' ')).toEqual([])
  })

  it('a line of a rule that is refused', async () => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'own.ts'), `export default ${JSON.stringify({ step: `x = x - ${codes}` })}`)
    const { code, out, err } = await lockstep(['rules', 'own.ts'], { cwd })
    expect(code).toBe(2)
    expect([...(out + err)].filter(sign => codes.includes(sign) && sign < ' ')).toEqual([])
  })

  it('the name of a module', async () => {
    const cwd = modules({ named: '' })
    const path = join(cwd, 'named.mjs')
    writeFileSync(
      path,
      `${readFileSync(path, 'utf8')}export const name = ${JSON.stringify(`My${codes}\n\n  optimizer`)}\n`,
    )
    const { code, out, err } = await lockstep(
      ['verify', './named.mjs', '--rule', 'sgd/lecture', '--check', 'formula'],
      { cwd },
    )
    expect(code).toBe(0)
    expect(out).toContain('My\ufffd[2J')
    expect([...(out + err)].filter(sign => codes.includes(sign) && sign < ' ')).toEqual([])
  })
})

describe('a rule of one’s own', () => {
  it.each(['adam/pytorch', 'sgd/lecture'])('may not take the id of a built-in one: %s', async id => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'own.rule.yaml'), `id: ${id}\nhyper: { lr: { default: 0.1 } }\nstep: x = x - lr * g\n`)
    for (const args of [
      ['rules', 'own.rule.yaml'],
      ['verify', example('good-adam.ts'), '--rule', 'own.rule.yaml'],
    ]) {
      const { code, out, err } = await lockstep(args, { cwd })
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain(`own.rule.yaml: the id '${id}' is that of a built-in rule.`)
    }
  })
})

describe('a module that asks for what its rule does not have', () => {
  it('is undecided, with the name, and no NaN', async () => {
    const cwd = modules({ asks: '' })
    writeFileSync(
      join(cwd, 'asks.mjs'),
      'export default (hyper, x) => ({ step: g => x.map((v, i) => v - hyper.rate * g[i]) })',
    )
    const { code, out } = await lockstep(
      ['verify', './asks.mjs', '--rule', 'sgd/lecture', '--check', 'formula', '--json'],
      { cwd },
    )
    expect(code).toBe(3)
    expect(JSON.parse(out).results).toMatchObject([
      {
        verdict: 'unknown',
        reason: expect.stringMatching(
          /asks for hyper\.rate, but sgd\/lecture has no hyper-parameter "rate"\. It has: lr\./,
        ),
      },
    ])
  })
})
