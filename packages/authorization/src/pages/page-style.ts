import { createHash } from 'node:crypto'

const light = {
  paper: '#f4f4f1',
  card: '#ffffff',
  ink: '#1a1d21',
  soft: '#555c66',
  rule: '#dcdcd6',
  edge: '#7b818a',
  accent: '#14505c',
  'accent-strong': '#0c3b45',
  'on-accent': '#ffffff',
  focus: '#0b67c2',
  'notice-card': '#fdf5e3',
  'notice-ink': '#5c3d00',
  'notice-edge': '#b27a0b',
  fault: '#a3201c',
}

const dark: typeof light = {
  paper: '#121417',
  card: '#1a1d21',
  ink: '#eceef0',
  soft: '#a9b0b9',
  rule: '#31363d',
  edge: '#818993',
  accent: '#86ced9',
  'accent-strong': '#a9e0e8',
  'on-accent': '#0b2126',
  focus: '#8ac2ff',
  'notice-card': '#2b2413',
  'notice-ink': '#f3d9a0',
  'notice-edge': '#c2963f',
  fault: '#ff9d94',
}

const properties = (palette: typeof light): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ')

/** Colours of the paper, for the frame that a browser of a phone draws around the page. */
export const paperColours = { light: light.paper, dark: dark.paper }

/** The one style sheet of all pages: no font, image or other thing to load. Sizes follow the reader's own letter size. */
export const pageStyle = `
:root { color-scheme: light dark; ${properties(light)} }
@media (prefers-color-scheme: dark) { :root { ${properties(dark)} } }
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 37rem; margin-inline: auto; padding-inline: 1.25rem; }
header { display: flex; align-items: center; gap: 0.625rem; padding-block: 1.25rem; color: var(--soft); font-size: 0.9375rem; }
header svg { flex: none; width: 1.5rem; height: 1.5rem; color: var(--accent); }
header p { margin: 0; }
main { padding-block: 1.75rem 2rem; background: var(--card); border-block: 1px solid var(--rule); }
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; font-weight: 400; letter-spacing: -0.01em; text-wrap: balance; }
h1 strong, h1.plain { font-weight: 650; }
h2 { margin: 2rem 0 0.75rem; font-size: 1rem; line-height: 1.4; font-weight: 650; }
p { margin: 0 0 0.75rem; text-wrap: pretty; }
.lead { color: var(--soft); }
.effect { margin: 0 0 1.25rem; padding: 0.875rem 1rem; border-inline-start: 4px solid var(--accent); border-radius: 2px; background: var(--paper); font-size: 1.0625rem; font-weight: 600; }
.lines { padding: 0.75rem 0; border-block: 1px solid var(--rule); font: 0.875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.lines li { padding-inline-start: 0; }
.lines li + li { margin-top: 0.25rem; }
.tags { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; margin-top: 0.25rem; }
.tags li { padding: 0 0.5rem; border: 1px solid var(--rule); border-radius: 6px; font-size: 0.9375rem; overflow-wrap: anywhere; }
.tags li + li { margin-top: 0; }
.choices li { padding-inline-start: 0; }
.choices .button { width: 100%; }
.soft { display: block; color: var(--soft); font-size: 0.9375rem; }
a { color: var(--accent); text-underline-offset: 0.2em; }
a:hover { color: var(--accent-strong); }
.notice { margin: 1.25rem 0 0; padding: 0.875rem 1rem; border-inline-start: 4px solid var(--notice-edge); border-radius: 2px; background: var(--notice-card); color: var(--notice-ink); }
.notice p { margin: 0; }
.notice + dl { margin-top: 1.25rem; }
.notice p + p { margin-top: 0.375rem; }
ul { margin: 0; padding: 0; list-style: none; }
li { position: relative; padding-inline-start: 2rem; }
li + li { margin-top: 0.75rem; }
li svg { position: absolute; inset-inline-start: 0; top: 0.25rem; width: 1.125rem; height: 1.125rem; color: var(--accent); }
fieldset { margin: 1.5rem 0 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: 0.5rem; color: var(--soft); font-size: 0.9375rem; }
.choice { position: relative; padding: 0.5rem 0 0.5rem 2rem; }
.choice input { position: absolute; inset-inline-start: 0; top: 0.6875rem; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }
.choice label { display: block; cursor: pointer; }
dl { margin: 0; border-top: 1px solid var(--rule); }
dl > div { padding-block: 0.625rem; border-bottom: 1px solid var(--rule); }
dt { color: var(--soft); font-size: 0.9375rem; }
dd { margin: 0; }
.field { margin: 1.5rem 0 0; }
.field label { display: block; font-weight: 650; }
.field input, .field textarea { display: block; width: 100%; min-height: 3rem; margin-top: 0.5rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 6px; background: var(--card); color: var(--ink); font: inherit; }
.field textarea { resize: vertical; }
.field input[aria-invalid] { border: 2px solid var(--fault); }
.fault { display: block; margin-top: 0.375rem; color: var(--fault); font-weight: 600; }
.answers { display: flex; flex-direction: column; gap: 0.75rem; margin-top: 2rem; }
.button { display: inline-block; min-height: 3rem; padding: 0.6875rem 1.5rem; border: 1px solid var(--accent); border-radius: 6px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; line-height: 1.5; text-align: center; text-decoration: none; cursor: pointer; }
.button:hover { background: var(--accent-strong); border-color: var(--accent-strong); color: var(--on-accent); }
.button.quiet { border-color: var(--edge); background: none; color: var(--ink); font-weight: 400; }
.button.quiet:hover { border-color: var(--ink); }
.after { margin: 1.25rem 0 0; color: var(--soft); font-size: 0.9375rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
.button:focus-visible, .field input:focus-visible, .field textarea:focus-visible { border-radius: 6px; }
@media (min-width: 40rem) {
  header { padding-block: 3rem 1.25rem; }
  main { margin-bottom: 3rem; padding: 2.5rem 3rem 2.75rem; border: 1px solid var(--rule); border-radius: 10px; }
  header { padding-inline: 3rem; }
  h1 { font-size: 1.75rem; }
  dl > div { display: grid; grid-template-columns: 9.5rem 1fr; gap: 1rem; }
  .answers { flex-direction: row; }
}
@media (prefers-reduced-motion: no-preference) { .button, a { transition: background-color 120ms, border-color 120ms; } }
@media (forced-colors: active) { .notice { border: 1px solid; border-inline-start-width: 4px; } .button { border: 2px solid ButtonText; } }
`

/** Hash of the style sheet as `style-src` names it (CSP Level 3 section 2.3.1). */
export const pageStyleSource = `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`
