/** Pixels of letters at the size of labels in a wide font (DejaVu Sans), by their kind; what is drawn elsewhere is narrower. */
const letters: readonly (readonly [RegExp, number])[] = [
  [/[mwMW%@]/, 11.8],
  [/[ijl.,:;|' ]/, 3.9],
  [/[frt()[\]/-]/, 5],
  [/[A-Z]/, 8.6],
]
const letter = 7.6

/** An upper bound of the width of a label in pixels; text cannot be measured without a browser. */
export const widthOf = (text: string): number =>
  Math.ceil([...text].reduce((sum, each) => sum + (letters.find(([kind]) => kind.test(each))?.[1] ?? letter), 0))

/** Signs in a line of a label, where its words allow it: long names would leave little room for a plot on a phone. */
const fewest = 17
const mostLines = 2

/** A label in one line, or in two that are as short as can be. */
export function linesOf(text: string): string[] {
  for (let longest = fewest; ; longest++) {
    const lines = broken(text, longest)
    if (lines.length <= mostLines) return lines
  }
}

function broken(text: string, longest: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= longest) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** An upper bound of the width of the widest line of some labels, in pixels. */
export const widestOf = (labels: readonly string[]): number => Math.max(0, ...labels.flatMap(linesOf).map(widthOf))

/** Pixels from one line of a label to the next. */
export const leading = 13

/** A label whose middle is at a height, left or right of a place; all in pixels. */
export const labelAt = (text: string, x: number, y: number, align: 'left' | 'right'): object => ({
  data: { values: [{}] },
  mark: { type: 'text', text: linesOf(text), align, baseline: 'middle', lineHeight: leading },
  encoding: { x: { value: x }, y: { value: y - (leading / 2) * (linesOf(text).length - 1) } },
})
