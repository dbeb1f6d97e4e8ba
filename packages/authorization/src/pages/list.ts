import { type Html, html } from './html.ts'

/** A list of things, each with a dot before it. */
export const list = (items: readonly Html[]): Html => html`<ul role="list">
${items.map((each) => html`<li>${dot}${each}</li>`)}
</ul>`

const dot = html`<svg viewBox="0 0 18 18" fill="currentColor" aria-hidden="true" focusable="false"><circle cx="9" cy="9" r="3"/></svg>`
