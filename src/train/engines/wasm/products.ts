import {
  advance,
  type Code,
  get,
  instantiate,
  type Lanes,
  repeat,
  set,
  single,
  vector,
  type WasmFunction,
} from './assembler.ts'

/**
 * out[r, l] += sum over rows and columns of a[row, column, r] * b[row, column, l]: what the gradient of a weight is, for
 * a convolution (one of these a kernel position and image) and for a matrix product (one row, a column an example).
 * Nothing is copied, packed or transposed for it: a and b are read where they lie. All steps are in bytes.
 */
export interface Product {
  readonly a: number
  readonly b: number
  readonly out: number
  readonly rows: number
  readonly columns: number
  /** From one row to the next. */
  readonly aRow: number
  readonly bRow: number
  /** From one column to the next. */
  readonly aColumn: number
  readonly bColumn: number
  readonly outRow: number
  /** How many elements of `a` and of `b` stand beside each other: the shape of `out`. */
  readonly height: number
  readonly width: number
}

type Tile = (
  ...args: [
    a: number,
    b: number,
    out: number,
    rows: number,
    columns: number,
    aRow: number,
    bRow: number,
    aColumn: number,
    bColumn: number,
    outRow: number,
  ]
) => void
const [a, b, out, rows, columns, aRow, bRow, aColumn, bColumn, outRow] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const
const parameters = 10
const [left, aHere, bHere] = [parameters, parameters + 1, parameters + 2] as const

/** Four by two vectors: eight sums, what they need, and no more than the sixteen registers of x86-64. */
const heights = [4, 3, 2, 1] as const
const widths: readonly (readonly [Lanes, number])[] = [
  [vector, 2],
  [vector, 1],
  [single, 1],
]
const times = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k))

const nameOf = (height: number, width: number) => `${height}x${width}`

/** The function for `height` elements of a and `count` groups of lanes of b. */
function tile(height: number, lanes: Lanes, count: number): WasmFunction {
  const taken = bHere + 1
  const sum = (r: number, l: number) => taken + r * count + l
  const factor = (l: number) => taken + height * count + l
  const spread = taken + height * count + count
  const bytes = 4 * lanes.count
  const each = (make: (r: number, l: number) => Code) => times(height, r => times(count, l => make(r, l)).flat()).flat()
  const line = (r: number): Code => [
    ...[...get(aHere), ...lanes.splat(4 * r), ...set(spread)],
    ...times(count, l => [
      ...[...get(spread), ...get(factor(l)), ...lanes.multiply],
      ...[...get(sum(r, l)), ...lanes.add, ...set(sum(r, l))],
    ]).flat(),
  ]
  const column: Code = [
    ...times(count, l => [...get(bHere), ...lanes.load(l * bytes), ...set(factor(l))]).flat(),
    ...times(height, line).flat(),
    ...[...advance(aHere, aColumn), ...advance(bHere, bColumn)],
  ]
  const row: Code = [
    ...[...get(a), ...set(aHere), ...get(b), ...set(bHere), ...get(columns), ...set(left)],
    ...repeat(left, column),
    ...[...advance(a, aRow), ...advance(b, bRow)],
  ]
  const store = (r: number, l: number): Code => [
    ...[...get(out), ...get(out), ...lanes.load(l * bytes), ...get(sum(r, l)), ...lanes.add],
    ...lanes.store(l * bytes),
    ...(l === count - 1 && r < height - 1 ? advance(out, outRow) : []),
  ]
  return {
    name: nameOf(height, count * lanes.count),
    parameters,
    locals: ['i32', 'i32', 'i32', ...times(height * count + count + 1, () => lanes.type)],
    body: [...repeat(rows, row), ...each(store)],
  }
}

/** Adds products up on a memory; both sums of one element are float32, in the order of rows and columns. */
export type AddProduct = (product: Product) => void

/** The kernels for one memory. */
export function products(memory: WebAssembly.Memory): AddProduct {
  const functions = heights.flatMap(height => widths.map(([lanes, count]) => tile(height, lanes, count)))
  const tiles = instantiate<Tile>(memory, functions)
  return p => {
    if (p.rows === 0 || p.columns === 0) return
    for (const [r, height] of parts(p.height, heights)) {
      for (const [l, width] of parts(p.width, [8, 4, 1])) {
        const call = tiles[nameOf(height, width)]!
        const target = p.out + r * p.outRow + 4 * l
        call(p.a + 4 * r, p.b + 4 * l, target, p.rows, p.columns, p.aRow, p.bRow, p.aColumn, p.bColumn, p.outRow)
      }
    }
  }
}

/** A length cut into parts of the given sizes, the biggest first: where each begins, and its size. */
export function* parts(length: number, sizes: readonly number[]): Generator<readonly [number, number]> {
  let begin = 0
  for (const size of sizes) {
    for (; begin + size <= length; begin += size) yield [begin, size]
  }
}
