import type { backend_util } from '@tensorflow/tfjs-core'
import type { Attributes, Info, Kernel, Tools } from './backend.ts'

type Geometry = backend_util.Conv2DInfo
type Edges = readonly [before: number, after: number]

/**
 * The gradient of a convolution's filter: at each position of the kernel, the product of the gradients dy with what of x
 * lay under that position, summed over all places and images.
 */
export const filterGradient: Kernel = (tools, { x, dy }, attributes) => {
  const geometry = geometryOf(tools, x!.shape, attributes.filterShape, attributes)
  const { filterHeight, filterWidth, inChannels, outChannels, batchSize } = geometry
  const padded = padImages(tools, x!, geometry)
  const gradient = zeros(tools, attributes.filterShape)
  const image = productOf(tools, geometry, padded, dy!)
  // Images outermost: one image and its gradient stay in the cache while all positions go over them.
  for (let n = 0; n < batchSize; n++) {
    for (let i = 0; i < filterHeight; i++) {
      for (let j = 0; j < filterWidth; j++) {
        const position = 4 * (i * filterWidth + j) * inChannels * outChannels
        tools.addProduct({ ...image(n, i, j), out: tools.at(gradient) + position })
      }
    }
  }
  if (padded !== x) tools.free(padded)
  return gradient
}

/** The product at one position of the kernel, of one image, without where it goes. */
function productOf(tools: Tools, geometry: Geometry, padded: Info, dy: Info) {
  const { inChannels, outChannels, outHeight, outWidth, strideHeight, strideWidth } = geometry
  const [, height, width] = padded.shape as [number, number, number]
  const [pixel, pixelOfDy] = [4 * inChannels, 4 * outChannels]
  const [a, b] = [tools.at(padded), tools.at(dy)]
  const common = {
    ...{ rows: outHeight, columns: outWidth, height: inChannels, width: outChannels },
    ...{ aRow: strideHeight * width * pixel, aColumn: strideWidth * pixel },
    ...{ bRow: outWidth * pixelOfDy, bColumn: pixelOfDy, outRow: pixelOfDy },
  }
  return (n: number, i: number, j: number) => ({
    ...common,
    a: a + ((n * height + i) * width + j) * pixel,
    b: b + n * outHeight * outWidth * pixelOfDy,
  })
}

/**
 * The gradient of a convolution's input: dy, spread out by the stride, convolved with the kernel turned by 180 degrees
 * and its channels exchanged. XNNPACK's convolution does it; TensorFlow.js's own kernel for it is a plain loop.
 */
export const inputGradient: Kernel = (tools, { dy, filter }, attributes) => {
  const geometry = geometryOf(tools, attributes.inputShape, filter!.shape, attributes)
  const { filterHeight, filterWidth, inHeight, inWidth, strideHeight, strideWidth, padInfo } = geometry
  const spread = spreadImages(tools, dy!, strideHeight, strideWidth)
  const [, height, width] = spread.shape as [number, number, number]
  const placed = pad(tools, spread, [
    edges(filterHeight - 1 - padInfo.top, inHeight + filterHeight - 1, height),
    edges(filterWidth - 1 - padInfo.left, inWidth + filterWidth - 1, width),
  ])
  const turned = tools.run('Reverse', { x: filter! }, { dims: [0, 1] })
  const exchanged = tools.run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] })
  const convolution = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1] }
  const gradient = tools.run('Conv2D', { x: placed, filter: exchanged }, convolution)
  tools.free(turned, exchanged)
  if (placed !== spread) tools.free(placed)
  if (spread !== dy) tools.free(spread)
  return gradient
}

/** What stands before and after `length` so that there are `total` in all; negative: so many are cut off. */
const edges = (before: number, total: number, length: number): Edges => [before, total - before - length]

function geometryOf(tools: Tools, x: number[], filter: number[], attributes: Attributes): Geometry {
  const { strides, pad, dimRoundingMode, dataFormat } = attributes
  if (dataFormat && dataFormat !== 'NHWC') {
    throw new Error(`Convolutions are trained in the format NHWC on wasm; got ${dataFormat}. Put the channels last.`)
  }
  const [x4, filter4] = [x, filter] as [[number, number, number, number], [number, number, number, number]]
  return tools.tf.backend_util.computeConv2DInfo(x4, filter4, strides, 1, pad, dimRoundingMode, false)
}

const padImages = (tools: Tools, x: Info, { padInfo: { top, bottom, left, right } }: Geometry): Info =>
  pad(tools, x, [
    [top, bottom],
    [left, right],
  ])

/** Images with zeros around them, or with edges cut off; the same tensor where there is nothing to do. */
function pad(tools: Tools, x: Info, both: readonly [Edges, Edges]): Info {
  const all = [[0, 0], ...both, [0, 0]] as const
  const cut = all.map(([before, after]) => [Math.max(0, -before), Math.max(0, -after)] as const)
  const put = all.map(([before, after]) => [Math.max(0, before), Math.max(0, after)])
  const isCut = cut.flat().some(count => count > 0)
  const size = x.shape.map((length, k) => length - cut[k]![0] - cut[k]![1])
  const kept = isCut ? tools.run('Slice', { x }, { begin: cut.map(([before]) => before), size }) : x
  if (put.flat().every(count => count === 0)) return kept
  const padded = tools.run('PadV2', { x: kept }, { paddings: put, constantValue: 0 })
  if (isCut) tools.free(kept)
  return padded
}

/** Images with zeros between their pixels, so that they stand `down` and `right` apart. */
function spreadImages(tools: Tools, x: Info, down: number, right: number): Info {
  if (down === 1 && right === 1) return x
  const [images, height, width, channels] = x.shape as [number, number, number, number]
  const [spreadHeight, spreadWidth] = [(height - 1) * down + 1, (width - 1) * right + 1]
  const spread = zeros(tools, [images, spreadHeight, spreadWidth, channels])
  const [from, to] = tools.values(x, spread) as [Float32Array, Float32Array]
  for (let n = 0; n < images; n++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        const source = ((n * height + h) * width + w) * channels
        const target = ((n * spreadHeight + h * down) * spreadWidth + w * right) * channels
        to.set(from.subarray(source, source + channels), target)
      }
    }
  }
  return spread
}

function zeros(tools: Tools, shape: number[]): Info {
  const tensor = tools.make(shape)
  tools.values(tensor)[0]!.fill(0)
  return tensor
}
