import { type Info, type Kernel, reshaped, type Tools } from './backend.ts'

/** How many rows are added up before their sum is added to the others: what stays in the cache, and sums of sums err less. */
const block = 1024

/**
 * Sums over the first axes, which is what gradients of biases are; TensorFlow.js transposes for them and then adds one
 * after the other.
 */
export const sum =
  (original: Kernel): Kernel =>
  (tools, { x }, attributes) => {
    const { axis, keepDims } = attributes
    const { shape, dtype } = x!
    const axes = tools.tf.util.parseAxisParam(axis, shape).sort((a, b) => a - b)
    const isLeading = axes.length > 0 && axes.length < shape.length && axes.every((value, k) => value === k)
    if (dtype !== 'float32' || !isLeading) return original(tools, { x: x! }, attributes)
    const rest = shape.slice(axes.length)
    const sums = columnSums(tools, x!, tools.tf.util.sizeFromShape(rest))
    return reshaped(sums, keepDims ? [...axes.map(() => 1), ...rest] : rest)
  }

/** The sums of x, taken as a matrix of rows of `width` elements: its product with ones. */
function columnSums(tools: Tools, x: Info, width: number): Info {
  const rows = tools.tf.util.sizeFromShape(x.shape) / Math.max(1, width)
  const [one, sums] = [tools.make([1]), tools.make([width])]
  const [oneValue, values] = tools.values(one, sums) as [Float32Array, Float32Array]
  oneValue[0] = 1
  values.fill(0)
  const bColumn = 4 * width
  const common = { a: tools.at(one), out: tools.at(sums), rows: 1, aRow: 0, bRow: 0, aColumn: 0, bColumn }
  for (let row = 0; row < rows; row += block) {
    const columns = Math.min(block, rows - row)
    const b = tools.at(x) + row * bColumn
    tools.addProduct({ ...common, b, columns, outRow: bColumn, height: 1, width })
  }
  tools.free(one)
  return sums
}
