import { type Info, type Kernel, reshaped, type Tools } from './backend.ts'

const transposedLast = (rank: number): number[] => {
  const axes = Array.from({ length: rank }, (_, k) => k)
  return [...axes.slice(0, -2), rank - 1, rank - 2]
}

/**
 * Matrix products of which one factor is transposed, which TensorFlow.js computes in a plain loop: a'b, the gradient of a
 * dense layer's weights, by products where it is one matrix; others through an explicit transpose and XNNPACK.
 */
export const matrixProduct =
  (original: Kernel): Kernel =>
  (tools, { a, b }, attributes) => {
    const { transposeA, transposeB } = attributes
    if (!transposeA && !transposeB) return original(tools, { a: a!, b: b! }, attributes)
    if (transposeA && !transposeB && isMatrix(a!) && isMatrix(b!)) return ofColumns(tools, a!, b!)
    const [left, right] = [transposed(tools, a!, transposeA), transposed(tools, b!, transposeB)]
    const plain = { transposeA: false, transposeB: false }
    const result = original(tools, { a: left, b: right }, { ...attributes, ...plain })
    if (left !== a) tools.free(left)
    if (right !== b) tools.free(right)
    return result
  }

const transposed = (tools: Tools, x: Info, wanted: boolean): Info =>
  wanted ? tools.run('Transpose', { x }, { perm: transposedLast(x.shape.length) }) : x

const isMatrix = ({ shape }: Info) => shape.slice(0, -2).every(length => length === 1)

/** a'b of [n, height] and [n, width]. */
function ofColumns(tools: Tools, a: Info, b: Info): Info {
  const [columns, height] = a.shape.slice(-2) as [number, number]
  const width = b.shape.at(-1)!
  const shape = [...(a.shape.length > b.shape.length ? a : b).shape.slice(0, -2), height, width]
  const product = tools.make([height, width])
  tools.values(product)[0]!.fill(0)
  const [aColumn, bColumn] = [4 * height, 4 * width]
  const where = { a: tools.at(a), b: tools.at(b), out: tools.at(product), outRow: bColumn }
  tools.addProduct({ ...where, rows: 1, columns, aRow: 0, bRow: 0, aColumn, bColumn, height, width })
  return reshaped(product, shape)
}
