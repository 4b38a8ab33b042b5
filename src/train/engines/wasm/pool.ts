import type { backend_util } from '@tensorflow/tfjs-core'
import type { Kernel } from './backend.ts'

type Geometry = backend_util.Conv2DInfo

/** The gradient of max pooling: each of dy goes to the greatest element of its window, to the first of equal ones. */
export const maxPoolGradient: Kernel = (tools, { dy, input }, { filterSize, strides, pad, dimRoundingMode }) => {
  const shape = input!.shape as [number, number, number, number]
  const geometry = tools.tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
  const gradient = tools.make(shape)
  const [x, d, out] = tools.values(input!, dy!, gradient) as [Float32Array, Float32Array, Float32Array]
  out.fill(0)
  scatter(geometry, x, d, out)
  return gradient
}

/** Where windows may lie in one image, and for each channel of the window at hand its greatest element and where it is. */
interface Search {
  readonly x: Float32Array
  readonly width: number
  readonly channels: number
  readonly greatest: Float32Array
  readonly places: Int32Array
}

function scatter(geometry: Geometry, x: Float32Array, dy: Float32Array, out: Float32Array): void {
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth, padInfo, inHeight, inWidth, inChannels } = geometry
  const { effectiveFilterHeight, effectiveFilterWidth } = geometry
  const [greatest, places] = [new Float32Array(inChannels), new Int32Array(inChannels)]
  const search: Search = { x, width: inWidth, channels: inChannels, greatest, places }
  let from = 0
  for (let n = 0; n < batchSize; n++) {
    for (let h = 0; h < outHeight; h++) {
      const above = h * strideHeight - padInfo.top
      const [top, bottom] = [Math.max(0, above), Math.min(inHeight, above + effectiveFilterHeight)]
      for (let w = 0; w < outWidth; w++, from += inChannels) {
        const before = w * strideWidth - padInfo.left
        const [left, right] = [Math.max(0, before), Math.min(inWidth, before + effectiveFilterWidth)]
        // A window may lie in the padding alone.
        if (top >= bottom || left >= right) continue
        searchWindow(search, n * inHeight + top, n * inHeight + bottom, left, right)
        for (let c = 0; c < inChannels; c++) out[places[c]!]! += dy[from + c]!
      }
    }
  }
}

/** One window, pixel by pixel: all channels of a pixel stand beside each other. Rows are those of all images in a row. */
function searchWindow(search: Search, top: number, bottom: number, left: number, right: number): void {
  const { x, width, channels, greatest, places } = search
  const first = (top * width + left) * channels
  for (let c = 0; c < channels; c++) {
    greatest[c] = x[first + c]!
    places[c] = first + c
  }
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) {
      const pixel = (i * width + j) * channels
      for (let c = 0; c < channels; c++) {
        const value = x[pixel + c]!
        if (value > greatest[c]!) {
          greatest[c] = value
          places[c] = pixel + c
        }
      }
    }
  }
}
