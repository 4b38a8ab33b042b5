import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { cli, workplace } from './command.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`../guests/fixtures/traces/${name}`, import.meta.url))
const trace = readFileSync(fixture('adamw.jsonl'))
const ofAdamW = ['--rule', 'adamw/pytorch']

/** `lockstep check -` with these bytes on its standard input. */
function piped(input: Buffer, ...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'check', '-', ...options], { input })
  return { code: status, out: stdout.toString(), err: stderr.toString() }
}

describe('a trace that comes through a pipe', () => {
  it('is judged as its file is', () => {
    const { code, out, err } = piped(trace, '--json', ...ofAdamW)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { stdout } = spawnSync(process.execPath, [cli, 'check', fixture('adamw.jsonl'), '--json', ...ofAdamW])
    expect(JSON.parse(out)).toEqual({ ...JSON.parse(stdout.toString()), trace: 'standard input' })
  })

  it('may arrive byte by byte, and is cut off where it ends', async () => {
    const child = spawn(process.execPath, [cli, 'check', '-', '--json', ...ofAdamW], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout?.on('data', chunk => (out += chunk))
    for (const byte of trace.subarray(0, 2000)) {
      child.stdin?.write(Buffer.of(byte))
      if (byte % 16 === 0) await new Promise(setImmediate)
    }
    child.stdin?.end()
    expect(await new Promise(done => child.on('close', done))).toBe(3)
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('cut off'),
      steps: { checked: 2 },
    })
  })

  it.skipIf(process.platform === 'win32')('may have a name', () => {
    const pipe = join(workplace(), 'trace')
    execFileSync('mkfifo', [pipe])
    const writer = spawn('sh', ['-c', `cat '${fixture('adamw.jsonl')}' > '${pipe}'`])
    const { status, stdout } = spawnSync(process.execPath, [cli, 'check', pipe, ...ofAdamW])
    writer.kill()
    expect([status, stdout.toString()]).toEqual([0, expect.stringContaining(`${pipe} against adamw/pytorch`)])
  })

  it.each([
    ['an archive', readFileSync(fixture('adamw.npz')), /an \.npz file is read from its end.*file, and name that/s],
    ['arrays', readFileSync(fixture('adamw.safetensors')), /safetensors are read at their places.*name that/s],
    ['compressed bytes', Buffer.from([0x1f, 0x8b, 8, 0]), /it is compressed.*gunzip -c/s],
    ['nothing', Buffer.of(), /standard input: the file is empty/],
    ['noise', Buffer.from('hello\n'), /standard input: line 1: this is not a JSON object/],
  ])('but %s cannot: it is said why', (_, input, words) => {
    const { code, out, err } = piped(input, ...ofAdamW)
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(words) })
  })

  it('without a rule, the question names it', () => {
    expect(piped(trace).err).toMatch(/Which formula should standard input follow\?.*lockstep check - --rule adamw/s)
  })

  it.skipIf(process.platform === 'win32')('that cannot be read, and a device, are told', () => {
    const directory = openSync(workplace(), 'r')
    const { status } = spawnSync(process.execPath, [cli, 'check', '-'], { stdio: [directory, 'ignore', 'ignore'] })
    expect(status).toBe(2)
    const { stderr } = spawnSync(process.execPath, [cli, 'check', '/dev/zero'])
    expect(stderr.toString()).toContain('it is a device, not a file or a pipe')
  })
})
