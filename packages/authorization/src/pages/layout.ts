import { type Html, html } from './html.ts'
import { pageStyle, paperColours } from './page-style.ts'

/** What differs from page to page. */
interface Layout {
  /** Read out first, and shown by the tab. */
  readonly title: string
  /** Begins with the only h1. */
  readonly main: Html
  /** Where the browser goes on by itself, at once. */
  readonly refreshTo?: string | undefined
}

/** A whole page: one landmark of each kind, no script, nothing to load. */
export const layout = ({ title, main, refreshTo }: Layout): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} - MCP gateway for AWS</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="${paperColours.light}" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="${paperColours.dark}" media="(prefers-color-scheme: dark)">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no, email=no, address=no">
${refreshTo === undefined ? undefined : html`<meta http-equiv="refresh" content="0;url=${refreshTo}">`}
<style>${sheet}</style>
</head>
<body>
<header>
${mark}
<p>MCP gateway for AWS</p>
</header>
<main>
${main}
</main>
</body>
</html>
`.markup

const sheet: Html = { markup: pageStyle }

/** A gate, half open. */
const mark = html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true" focusable="false"><path d="M4 21V10a8 8 0 0 1 16 0v11"/><path d="M4 21h16"/><path d="M12 21v-8l5-2.5V21"/></svg>`
