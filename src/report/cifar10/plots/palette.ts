/** A colour as it is on light and on dark paper. */
interface Colour {
  readonly light: string
  readonly dark: string
}

/** What is drawn and written in the colour of the text. */
export const ink: Colour = { light: '#1b1f24', dark: '#e6edf3' }
export const paper: Colour = { light: '#ffffff', dark: '#0d1117' }

/**
 * The hues of Okabe & Ito 2008, which people with any colour vision tell apart. They are darker on light paper, where some of
 * the originals have less than the contrast of 3 that WCAG 2.1 (1.4.11) asks of lines, and lighter on dark paper.
 */
export const palette: readonly Colour[] = [
  { light: '#0072b2', dark: '#2f93d8' },
  { light: '#d55e00', dark: '#e06c12' },
  { light: '#009e73', dark: '#00b384' },
  { light: '#c0699a', dark: '#cc79a7' },
  { light: '#c47a00', dark: '#e69f00' },
  { light: '#2c8fcb', dark: '#56b4e9' },
  { light: '#1b1f25', dark: '#e6edf2' },
  { light: '#9a8700', dark: '#f0e442' },
]

/** Rules of style that turn the colours of a plot, which stand in its attributes, into those for dark paper. */
const darkRules = [ink, ...palette]
  .flatMap(({ light, dark }) => ['fill', 'stroke'].map(of => `svg [${of}="${light}"]{${of}:${dark}}`))
  .join('')

/** For a page that holds plots. */
export const plotStyle = `@media (prefers-color-scheme:dark){${darkRules}}`

/** For a plot in a file of its own, on paper that is light or dark as the reader's system is. */
export const fileStyle = `@media (prefers-color-scheme:dark){.paper{fill:${paper.dark}}${darkRules}}`
