import type { TopLevelSpec } from 'vega-lite'
import { fileStyle, ink, paper } from './palette.ts'

/** A plot to be drawn: vega-lite layers in a frame whose margins are known, since text is not measured without a browser. */
export interface Plot {
  /** Its name as a file, without an ending. */
  readonly name: string
  /** What it shows, as a heading. */
  readonly title: string
  /** How to read it, and what it is made from. */
  readonly caption: string
  readonly width: number
  readonly height: number
  readonly padding: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
  readonly layer: readonly object[]
}

/** A plot as SVG for a page, which brings the style along. */
export interface Drawing extends Pick<Plot, 'name' | 'title' | 'caption'> {
  readonly svg: string
}

const font = 'system-ui, sans-serif'
/** Sizes of letters in pixels, of a plot about 480 wide: still legible at the width of a phone. */
const sizes = { label: 12, title: 12.5 } as const

const config = {
  font,
  background: null,
  view: { stroke: null },
  axis: {
    labelColor: ink.light,
    titleColor: ink.light,
    tickColor: ink.light,
    domainColor: ink.light,
    gridColor: ink.light,
    gridOpacity: 0.13,
    domainOpacity: 0.5,
    tickOpacity: 0.5,
    labelFontSize: sizes.label,
    titleFontSize: sizes.title,
    titleFontWeight: 'normal',
    labelFont: font,
    titleFont: font,
  },
  axisY: {
    titleAngle: 0,
    titleAlign: 'left',
    titleAnchor: 'end',
    titleX: 0,
    titleY: -12,
    titleBaseline: 'bottom',
    domain: false,
    ticks: false,
    labelPadding: 6,
  },
  text: { font, fontSize: sizes.label, fill: ink.light },
}

/** Draws plots, without a browser and without a canvas. */
export async function draw(plots: readonly Plot[]): Promise<Drawing[]> {
  if (plots.length === 0) return []
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const drawings: Drawing[] = []
  for (const { name, title, caption, ...frame } of plots) {
    const { spec } = compile({ ...frame, autosize: 'none', config } as unknown as TopLevelSpec, {
      logger: vega.logger(vega.Error),
    })
    const view = new vega.View(vega.parse(spec), { renderer: 'none', logger: vega.logger(vega.Error) })
    const svg = await view.toSVG()
    view.finalize()
    drawings.push({ name, title, caption, svg: trimmed(svg, name, `${title}. ${caption}`) })
  }
  return drawings
}

/** Coordinates to a tenth of a pixel, one label for all marks in place of one each, and a size that follows the page. */
function trimmed(svg: string, name: string, label: string): string {
  const [size, width] = /width="([\d.]+)" height="[\d.]+"/.exec(svg) ?? ['', '']
  const smaller = svg
    .replace(size, `style="max-width:${width}px" font-family="${font}" role="img" aria-label="${escaped(label)}"`)
    .replace(unneeded, '')
    .replace(/ (?:d|transform|[xy][12]?)="[^"]*"/g, places => places.replace(/-?\d*\.\d+(?:e-\d+)?/g, tenth))
    .replace(invisible, '')
  return withOwnIds(smaller, name)
}

const tenth = (digits: string): string => String(Number(Number(digits).toFixed(1)))

/** What stands on every mark and says nothing. */
const unneeded =
  / (?:aria-(?:hidden|roledescription)|pointer-events|class|stroke-miterlimit)="[^"]*"| (?:opacity="1"|font-weight="normal")|(?<!^[^>]*) (?:aria-label|role|font-family)="[^"]*"/g
/** Backgrounds and foregrounds of groups that have no colour. */
const invisible = /<g><\/g>|<path d="" display="none"\/>|<path d="M[^"a-z]*h[^"]*"(?! stroke="#)[^>]*\/>(?=<g>)/g

/** Vega counts clip paths through a process; here they are named by the plot, equal ones once, so that the same data give the same bytes. */
function withOwnIds(svg: string, name: string): string {
  const clips = [...svg.matchAll(/<clipPath id="(\w+)">(.*?)<\/clipPath>/g)]
  const shapes = [...new Set(clips.map(([, , shape]) => shape!))]
  const ids = new Map(clips.map(([, id, shape]) => [id!, `${name}-clip${shapes.indexOf(shape!) + 1}`]))
  const defs = shapes.map((shape, k) => `<clipPath id="${name}-clip${k + 1}">${shape}</clipPath>`).join('')
  return svg
    .replace(/url\(#(\w+)\)/g, (_, id: string) => `url(#${ids.get(id)})`)
    .replace(/<defs>.*<\/defs>/, defs && `<defs>${defs}</defs>`)
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** By what a file is known to be a plot of a report, which the next report may replace. */
export const mark = '<!-- a plot of lockstep bench cifar10 -->'

/** The drawing as a file of its own, legible on any paper: its own is behind it. */
export function file({ svg, title, caption }: Drawing): string {
  const [, size] = /viewBox="0 0 ([\d.]+ [\d.]+)"/.exec(svg) ?? []
  const [width, height] = (size ?? '480 300').split(' ')
  const start = svg.indexOf('>') + 1
  const open = svg.slice(0, start).replace(/style="[^"]*"/, `width="${width}" height="${height}"`)
  const behind = `<rect width="${width}" height="${height}" fill="${paper.light}" class="paper"/>`
  return `${open}${mark}<title>${escaped(title)}</title><desc>${escaped(caption)}</desc><style>${fileStyle}</style>${behind}${svg.slice(start)}\n`
}
