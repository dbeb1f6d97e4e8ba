import type { Plan } from '@gateway/domain'
import { type Html, html } from './html.ts'
import { shownName } from './shown-name.ts'

/** Tags with values of which each tells something; `*` is any value. */
export type TellingTags = Readonly<Record<string, readonly string[]>>

/** A tag of a resource, and whether it is one by which the company tells what needs a person. */
export interface ShownTag {
  readonly key: string
  readonly value: string
  readonly isTelling: boolean
}

/** Tags of a resource but its name: those that tell something first. */
export const tagsOf = (
  { tags = {} }: Plan['resources'][number],
  telling: readonly TellingTags[],
): readonly ShownTag[] => {
  const all = Object.entries(tags)
    .map(([key, value]) => ({ key, value, isTelling: tells(telling, key, value) }))
    .filter(({ key, isTelling }) => key !== 'Name' || isTelling)
  return [...all.filter(({ isTelling }) => isTelling), ...all.filter(({ isTelling }) => !isTelling)]
}

const tells = (telling: readonly TellingTags[], key: string, value: string): boolean =>
  telling.some(
    (each) => Object.hasOwn(each, key) && each[key]?.some((wanted) => wanted === '*' || wanted === value),
  )

/** Each tag as an element with its key and value in quotation marks, which no tag can end; what tells something is never left out. */
export const tagList = (tags: readonly ShownTag[]): Html | undefined => {
  if (tags.length === 0) return undefined
  const shown = tags.filter(({ isTelling }, index) => isTelling || index < mostTags)
  const left = tags.length - shown.length
  return html`<span class="soft">Tags:</span>
<ul role="list" class="tags">
${shown.map(({ key, value, isTelling }) => {
  const tag = html`${quoted(key, longest.key)} = ${quoted(value, longest.value)}`
  return html`<li>${isTelling ? html`<strong>${tag}</strong>` : tag}</li>`
})}
${left > 0 ? html`<li>and ${left} more</li>` : undefined}
</ul>`
}

const quoted = (text: string, most: number): Html => {
  const shown = text === '' ? text : shownName(text, most)
  return shown === undefined ? html`(nothing that can be read)` : html`\u201c<bdi>${shown}</bdi>\u201d`
}

/** Characters that AWS allows: nothing is cut off. */
const longest = { key: 128, value: 256 }
/** More than a person reads. */
const mostTags = 8
