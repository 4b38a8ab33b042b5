const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A decimal number as it was typed, or why it is none, in words: it is not decimal, or binary64 does not hold it. */
export function decimalValue(text: string): number | string {
  const value = Number(text)
  if (!decimal.test(text)) return `${text === '' ? 'Nothing' : `'${text}'`} is not a decimal number.`
  if (!Number.isFinite(value)) return `${text} is too large for binary64, whose largest number is about 1.8e308.`
  const digits = text.split(/e/i)[0]!
  return value === 0 && /[1-9]/.test(digits)
    ? `${text} is too small for binary64, whose smallest number is about 4.9e-324.`
    : value
}
