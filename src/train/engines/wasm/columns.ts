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
import { parts } from './products.ts'

/** Kernels over matrices of some rows and one column a channel; operands are addresses, of matrices or of one row. */
export interface Columns {
  /** out[0] = sum of (y - yCentre), out[1] = sum of (x - xCentre) (y - yCentre), over the rows, in their order. */
  sums(
    operands: Readonly<Record<'x' | 'y' | 'xCentre' | 'yCentre' | 'out', number>>,
    rows: number,
    channels: number,
  ): void
  /** out = (x - centre) slope + start; where y is given: + y factor. */
  line(
    operands: Readonly<Record<'x' | 'out' | 'centre' | 'slope' | 'start', number>>,
    second: { readonly y: number; readonly factor: number } | undefined,
    rows: number,
    channels: number,
  ): void
}

type Kernel = (...parameters: number[]) => void
const kinds = [vector, single] as const
const widths = kinds.map(({ count }) => count)

/** A kernel's text: its parameters by name, then as many registers of lanes as it asks for. */
interface Names {
  readonly parameters: readonly string[]
  readonly registers: readonly string[]
}
const localsOf = ({ parameters, registers }: Names) => {
  const all = [...parameters, ...registers]
  return (name: string) => all.indexOf(name)
}

const sumNames: Names = {
  parameters: ['x', 'y', 'xCentre', 'yCentre', 'out', 'rows', 'step'],
  registers: ['a', 'b', 'd', 'sum', 'product'],
}

function sums(lanes: Lanes): WasmFunction {
  const of = localsOf(sumNames)
  const load = (name: string): Code => [...get(of(name)), ...lanes.load(0)]
  const row: Code = [
    ...[...load('y'), ...get(of('b')), ...lanes.subtract, ...set(of('d'))],
    ...[...get(of('sum')), ...get(of('d')), ...lanes.add, ...set(of('sum'))],
    ...[...load('x'), ...get(of('a')), ...lanes.subtract, ...get(of('d')), ...lanes.multiply],
    ...[...get(of('product')), ...lanes.add, ...set(of('product'))],
    ...[...advance(of('x'), of('step')), ...advance(of('y'), of('step'))],
  ]
  const body = [
    ...[...load('xCentre'), ...set(of('a')), ...load('yCentre'), ...set(of('b'))],
    ...repeat(of('rows'), row),
    ...[...get(of('out')), ...get(of('sum')), ...lanes.store(0), ...advance(of('out'), of('step'))],
    ...[...get(of('out')), ...get(of('product')), ...lanes.store(0)],
  ]
  return kernel(`sums${lanes.count}`, sumNames, lanes, body)
}

const lineNames: Names = {
  parameters: ['x', 'out', 'centre', 'slope', 'start', 'y', 'factor', 'rows', 'step'],
  registers: ['c', 's', 'b', 'f'],
}

function line(lanes: Lanes, hasSecond: boolean): WasmFunction {
  const of = localsOf(lineNames)
  const load = (name: string): Code => [...get(of(name)), ...lanes.load(0)]
  const ready = (register: string, name: string): Code => [...load(name), ...set(of(register))]
  const second: Code = [...load('y'), ...get(of('f')), ...lanes.multiply, ...lanes.add, ...advance(of('y'), of('step'))]
  const row: Code = [
    ...get(of('out')),
    ...[...load('x'), ...get(of('c')), ...lanes.subtract, ...get(of('s')), ...lanes.multiply],
    ...[...get(of('b')), ...lanes.add, ...(hasSecond ? second : [])],
    ...lanes.store(0),
    ...[...advance(of('x'), of('step')), ...advance(of('out'), of('step'))],
  ]
  const body = [
    ...[...ready('c', 'centre'), ...ready('s', 'slope'), ...ready('b', 'start')],
    ...(hasSecond ? ready('f', 'factor') : []),
    ...repeat(of('rows'), row),
  ]
  return kernel(`${hasSecond ? 'lineAnd' : 'line'}${lanes.count}`, lineNames, lanes, body)
}

const kernel = (name: string, { parameters, registers }: Names, { type }: Lanes, body: Code): WasmFunction => ({
  name,
  parameters: parameters.length,
  locals: registers.map(() => type),
  body,
})

/** The kernels for one memory. */
export function columns(memory: WebAssembly.Memory): Columns {
  const functions = kinds.flatMap(lanes => [sums(lanes), line(lanes, false), line(lanes, true)])
  const kernels = instantiate<Kernel>(memory, functions)
  const each = (channels: number, rows: number, call: (offset: number, width: number) => void) => {
    if (rows > 0) for (const [channel, width] of parts(channels, widths)) call(4 * channel, width)
  }
  return {
    sums({ x, y, xCentre, yCentre, out }, rows, channels) {
      each(channels, rows, (k, width) =>
        kernels[`sums${width}`]!(x + k, y + k, xCentre + k, yCentre + k, out + k, rows, 4 * channels),
      )
    },
    line({ x, out, centre, slope, start }, second, rows, channels) {
      const { y, factor } = second ?? { y: 0, factor: 0 }
      const name = second ? 'lineAnd' : 'line'
      each(channels, rows, (k, width) =>
        kernels[`${name}${width}`]!(
          x + k,
          out + k,
          centre + k,
          slope + k,
          start + k,
          y + k,
          factor + k,
          rows,
          4 * channels,
        ),
      )
    },
  }
}
