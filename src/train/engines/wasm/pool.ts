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

function scatter(geometry: Geometry, x: Float32Array, dy: Float32Array, out: Float32Array): void {
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth, padInfo, inHeight, inWidth, inChannels } = geometry
  const { effectiveFilterHeight, effectiveFilterWidth } = geometry
  let from = 0
  for (let n = 0; n < batchSize; n++) {
    for (let h = 0; h < outHeight; h++) {
      const top = h * strideHeight - padInfo.top
      const bottom = Math.min(inHeight, top + effectiveFilterHeight)
      for (let w = 0; w < outWidth; w++, from += inChannels) {
        const left = w * strideWidth - padInfo.left
        const right = Math.min(inWidth, left + effectiveFilterWidth)
        const image = n * inHeight
        scatterPixel(geometry, x, dy, out, from, image, Math.max(0, top), bottom, Math.max(0, left), right)
      }
    }
  }
}

/** One window, all channels. */
function scatterPixel(
  { inWidth, inChannels }: Geometry,
  x: Float32Array,
  dy: Float32Array,
  out: Float32Array,
  from: number,
  image: number,
  top: number,
  bottom: number,
  left: number,
  right: number,
): void {
  // A window may lie in the padding alone.
  if (top >= bottom || left >= right) return
  for (let c = 0; c < inChannels; c++) {
    let best = ((image + top) * inWidth + left) * inChannels + c
    let greatest = x[best]!
    for (let i = top; i < bottom; i++) {
      let here = ((image + i) * inWidth + left) * inChannels + c
      for (let j = left; j < right; j++, here += inChannels) {
        const value = x[here]!
        if (value > greatest) {
          greatest = value
          best = here
        }
      }
    }
    out[best]! += dy[from + c]!
  }
}
