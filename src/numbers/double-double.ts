/**
 * Double-double arithmetic: an unevaluated sum hi + lo of two binary64 numbers, about 106 bits. Algorithms and error
 * bounds: Joldes, Muller & Popescu, "Tight and rigorous error bounds for basic building blocks of double-word
 * arithmetic", ACM TOMS 44 (2017); products are split after Veltkamp and Dekker, since JavaScript has no fused
 * multiply-add. Relative errors stay below 2^-100 while nothing over- or underflows.
 */
export interface DoubleDouble {
  readonly hi: number
  readonly lo: number
}

const splitter = 2 ** 27 + 1

export const dd = (hi: number, lo = 0): DoubleDouble => ({ hi, lo })

/** The exact sum of two numbers (Knuth's TwoSum). */
export function twoSum(a: number, b: number): DoubleDouble {
  const hi = a + b
  const bb = hi - a
  const lo = a - (hi - bb) + (b - bb)
  return { hi, lo: Number.isFinite(hi) ? lo : 0 }
}

/** The exact sum where |a| >= |b| (Dekker's FastTwoSum). */
function fastTwoSum(a: number, b: number): DoubleDouble {
  const hi = a + b
  return { hi, lo: Number.isFinite(hi) ? b - (hi - a) : 0 }
}

/** The exact product of two numbers, unless it underflows or a factor exceeds 2^996. */
export function twoProduct(a: number, b: number): DoubleDouble {
  const hi = a * b
  const ta = splitter * a
  const tb = splitter * b
  const ah = ta - (ta - a)
  const bh = tb - (tb - b)
  const al = a - ah
  const bl = b - bh
  const lo = al * bl - (hi - ah * bh - al * bh - ah * bl)
  return { hi, lo: Number.isFinite(lo) ? lo : 0 }
}

export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const s = twoSum(a.hi, b.hi)
  const t = twoSum(a.lo, b.lo)
  const u = fastTwoSum(s.hi, s.lo + t.hi)
  return fastTwoSum(u.hi, u.lo + t.lo)
}

export const neg = (a: DoubleDouble): DoubleDouble => ({ hi: -a.hi, lo: -a.lo })
export const sub = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => add(a, neg(b))

export function mul(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const p = twoProduct(a.hi, b.hi)
  return fastTwoSum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi))
}

export function div(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const q = a.hi / b.hi
  if (!Number.isFinite(q) || q === 0 || !Number.isFinite(b.hi)) return dd(q)
  const r = sub(a, mul(b, dd(q)))
  const q2 = r.hi / b.hi
  const r2 = sub(r, mul(b, dd(q2)))
  return add(fastTwoSum(q, q2), dd(r2.hi / b.hi))
}

export function sqrt(a: DoubleDouble): DoubleDouble {
  const s = Math.sqrt(a.hi)
  if (!Number.isFinite(s) || s === 0) return dd(s)
  const r = sub(a, twoProduct(s, s))
  return fastTwoSum(s, r.hi / (2 * s))
}

/** -1, 0 or 1 as a is less than, equal to or greater than b; NaN where they cannot be compared. */
export function compare(a: DoubleDouble, b: DoubleDouble): number {
  if (a.hi !== b.hi) return a.hi < b.hi ? -1 : a.hi > b.hi ? 1 : Number.NaN
  return Math.sign(a.lo - b.lo)
}

/** A whole power by repeated squaring; its relative error is below |exponent| * 2^-99. */
export function power(a: DoubleDouble, exponent: number): DoubleDouble {
  let result = dd(1)
  let square = a
  for (let n = Math.abs(exponent); n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = mul(result, square)
    if (n > 1) square = mul(square, square)
  }
  return exponent < 0 ? div(dd(1), result) : result
}
