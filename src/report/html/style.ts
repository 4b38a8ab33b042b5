/** The page's whole style: system fonts, both colour schemes, and tables that scroll by themselves on a phone. */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --quiet: #59636e; --line: #d8dee4; --shade: #f6f8fa; --good: #1a7f37; --near: #0a6c74; --known: #9a6700; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --quiet: #9198a1; --line: #30363d; --shade: #161b22; --good: #3fb950; --near: #39c5cf; --known: #d29922; --bad: #f85149; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
a { color: inherit; text-underline-offset: .2em; }
p { max-width: 46rem; }
.quiet { color: var(--quiet); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.numbers li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.numbers b { display: block; font-size: 1.75rem; line-height: 1.2; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { padding: .45rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child > * { border-bottom: 0; }
thead th { background: var(--shade); white-space: nowrap; }
.matrix td { white-space: nowrap; }
.matrix th[scope=row] { position: sticky; left: 0; background: var(--paper); border-right: 1px solid var(--line); }
.matrix thead th:first-child { position: sticky; left: 0; z-index: 1; border-right: 1px solid var(--line); }
.matrix a { text-decoration: none; display: block; }
.matrix td span { display: block; }
.matrix a:hover { text-decoration: underline; }
.bit-exact, .holds { color: var(--good); } .within-bound { color: var(--near); } .known-deviation, .undecided { color: var(--known); } .deviates { color: var(--bad); font-weight: 600; } .not-offered { color: var(--quiet); }
.finding { border: 1px solid var(--line); border-left: .3rem solid var(--known); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
.finding.open { border-left-color: var(--bad); }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .75rem; font-weight: 600; margin-left: .4rem; white-space: nowrap; }
.finding p { margin: .4rem 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .6rem 0; font-size: .875rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--shade); border-radius: .4rem; padding: .6rem .8rem; overflow-x: auto; margin: .6rem 0; }
dd code { overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 .5rem; }
summary { padding: .5rem .8rem; cursor: pointer; }
details > .scroll { border: 0; border-top: 1px solid var(--line); border-radius: 0; }
details:target { outline: 2px solid var(--near); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } th, td { padding: .4rem .5rem; } }
@media print { details > * { display: revert; } body { max-width: none; } }
`
