/**
 * As much of WebAssembly's binary format as the kernels need: functions of i32 parameters without a result, on a memory
 * that is imported. WebAssembly Core Specification 2.0, chapter 5; instructions are arrays of bytes.
 */
export type Code = readonly number[]

export interface WasmFunction {
  readonly name: string
  /** How many i32 parameters it takes; they are the first locals. */
  readonly parameters: number
  /** Types of the further locals. */
  readonly locals: readonly ValueType[]
  readonly body: Code
}

export const valueTypes = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const
export type ValueType = keyof typeof valueTypes

/** LEB128, unsigned. */
export function unsigned(value: number): Code {
  const low = value & 0x7f
  const rest = value >>> 7
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)]
}

/** LEB128, signed, of a small constant. */
function signed(value: number): Code {
  const low = value & 0x7f
  const rest = value >> 7
  const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
  return done ? [low] : [low | 0x80, ...signed(rest)]
}

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]
const address = (alignment: number, offset: number): Code => [alignment, ...unsigned(offset)]

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number): Code => [0x21, ...unsigned(local)]
const constant = (value: number): Code => [0x41, ...signed(value)]
const i32Add: Code = [0x6a]

/** local = local + another local. */
export const advance = (local: number, by: number): Code => [...get(local), ...get(by), ...i32Add, ...set(local)]

/** Does the body as often as the local says, at least once, and leaves the local at 0. */
export const repeat = (counter: number, body: Code): Code => [
  ...[0x03, 0x40],
  ...body,
  ...[...get(counter), ...constant(-1), ...i32Add, ...set(counter)],
  ...[...get(counter), 0x0d, 0],
  0x0b,
]

/** The instructions of one kind of number, that kernels are written over. `load` and `store` take a byte offset. */
export interface Lanes {
  readonly type: ValueType
  readonly count: number
  readonly load: (offset: number) => Code
  /** One float32 into every lane. */
  readonly splat: (offset: number) => Code
  readonly store: (offset: number) => Code
  readonly add: Code
  readonly subtract: Code
  readonly multiply: Code
}

export const vector: Lanes = {
  type: 'v128',
  count: 4,
  load: offset => [...simd(0), ...address(2, offset)],
  splat: offset => [...simd(9), ...address(2, offset)],
  store: offset => [...simd(11), ...address(2, offset)],
  add: simd(228),
  subtract: simd(229),
  multiply: simd(230),
}

export const single: Lanes = {
  type: 'f32',
  count: 1,
  load: offset => [0x2a, ...address(2, offset)],
  splat: offset => [0x2a, ...address(2, offset)],
  store: offset => [0x38, ...address(2, offset)],
  add: [0x92],
  subtract: [0x93],
  multiply: [0x94],
}

const counted = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const sized = (content: Code): Code => [...unsigned(content.length), ...content]
const section = (id: number, content: Code): Code => [id, ...sized(content)]
const text = (value: string): Code => sized([...new TextEncoder().encode(value)])

/** These functions, on a memory, by name. */
export function instantiate<F>(
  memory: WebAssembly.Memory,
  functions: readonly WasmFunction[],
): Readonly<Record<string, F>> {
  const module = new WebAssembly.Module(assemble(functions))
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, F>
}

/** A module of these functions, exported by name; it imports its memory as `env.memory`. */
function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const type = ({ parameters }: WasmFunction) => [0x60, ...counted(Array(parameters).fill([valueTypes.i32])), 0]
  const code = ({ locals, body }: WasmFunction) =>
    sized([...counted(locals.map(local => [1, valueTypes[local]])), ...body, 0x0b])
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, counted(functions.map(type))),
    ...section(2, counted([[...text('env'), ...text('memory'), 0x02, 0x00, 0x01]])),
    ...section(3, counted(functions.map((_, k) => unsigned(k)))),
    ...section(7, counted(functions.map(({ name }, k) => [...text(name), 0x00, ...unsigned(k)]))),
    ...section(10, counted(functions.map(code))),
  ])
}
