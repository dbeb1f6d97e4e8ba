import { type Html, html } from './html.ts'

/** One line of a list of facts (`dl`), with a remark of ours below it. */
export const fact = (term: string, value: Html | string, remark?: string): Html =>
  html`<div><dt>${term}</dt><dd>${value}${remark === undefined ? undefined : html`<span class="soft">${remark}</span>`}</dd></div>`
