import { createHash } from 'node:crypto'

/** Text that is part of a page as it is, made by `html` and nothing else. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A piece of a page; every value in it that is not itself `Html` is escaped. */
export const html = (parts: TemplateStringsArray, ...values: readonly Inserted[]): Html =>
  new Html(String.raw({ raw: parts }, ...values.map(textOf)))

type Inserted = Html | readonly Html[] | string

const textOf = (value: Inserted): string => {
  if (value instanceof Html) return value.text
  return typeof value === 'string' ? escaped(value) : value.map(({ text }) => text).join('')
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** What every page is served with: it runs no script, is framed by nobody, and is kept by nobody. */
export const pageHeaders = (): Readonly<Record<string, string>> => {
  const hash = createHash('sha256').update(style).digest('base64')
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // No form-action: browsers apply it to all redirects that follow a form, and these end at whatever client signs in.
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

/** A whole page of the company `company`. */
export const page = (company: string, title: string, content: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - ${company}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${company}</h1>
${content}
</main>
</body>
</html>
`.text

const style = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #515963; --back: #f4f5f7; --card: #fff; --line: #8a929c; --mark: #0b57d0; --note: #fff4d6 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e9ecef; --quiet: #a9b2bc; --back: #14171a; --card: #1e2226; --line: #6f7882; --mark: #8ab4f8; --note: #3a3115 }
}
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 28rem; margin: 0 auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere }
p { margin: .5rem 0 1rem }
.note { padding: .75rem; background: var(--note); border-radius: .5rem }
.quiet, small { color: var(--quiet); overflow-wrap: anywhere }
ul { margin: 0; padding: 0; list-style: none }
button { display: block; width: 100%; min-height: 3rem; margin: 0 0 .75rem; padding: .75rem 1rem; font: inherit; text-align: left; color: var(--text); background: transparent; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer }
button strong, button small { display: block }
button:hover { border-color: var(--mark) }
button:focus-visible, input:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
button.plain { text-align: center }
label { display: block; margin: 0 0 1rem }
input { display: block; width: 100%; min-height: 3rem; padding: .5rem .75rem; font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
`
