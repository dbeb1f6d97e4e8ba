const expressionOf: unique symbol = Symbol('expression')

/** A piece of HCL that stands for itself, such as `var.external_id`. */
export interface HclExpression {
  readonly [expressionOf]: string
}

/** What can be written in HCL: JSON, and expressions in it. Members that are undefined are left out. */
export type HclValue =
  | string
  | number
  | boolean
  | HclExpression
  | readonly HclValue[]
  | { readonly [name: string]: HclValue | undefined }

/** An expression; the text is ours and not checked. */
export const hclExpression = (text: string): HclExpression => ({ [expressionOf]: text })

/** A block such as `variable "external_id" { … }`, as `terraform fmt` writes it, and its line end. */
export const hclBlock = (
  type: string,
  labels: readonly string[],
  body: Readonly<Record<string, HclValue | undefined>>,
  blocks: readonly string[] = [],
): string => {
  const head = [type, ...labels.map(hclText)].join(' ')
  const inside = [attributes(body, '  '), ...blocks.map(indented)].filter((part) => part !== '')
  return `${head} {\n${inside.join('\n')}}\n`
}

/** `jsonencode(value)`, to be written as an attribute. */
export const jsonEncoded = (value: HclValue): HclExpression =>
  hclExpression(`jsonencode(${written(value, '  ')})`)

/** One line that begins with `#`, whatever is in the text. */
export const hclComment = (text: string): string => `# ${text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim()}\n`

const attributes = (body: Readonly<Record<string, HclValue | undefined>>, indent: string): string => {
  const entries = Object.entries(body).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: nameOf(name), value: written(value, indent) }],
  )
  // `terraform fmt` aligns neighbours whose values are one line each.
  const runs: (typeof entries)[] = []
  const isLine = (value: string | undefined) => value !== undefined && !value.includes('\n')
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run && isLine(run.at(-1)?.value) && isLine(entry.value)) run.push(entry)
    else runs.push([entry])
  }
  const lines = runs.flatMap((run) => {
    const width = Math.max(...run.map(({ name }) => name.length))
    return run.map(({ name, value }) => `${indent}${name.padEnd(width)} = ${value}\n`)
  })
  return lines.join('')
}

const written = (value: HclValue, indent: string): string => {
  if (typeof value === 'string') return hclText(value)
  if (typeof value !== 'object') return String(value)
  if (isExpression(value)) return value[expressionOf]
  const deeper = `${indent}  `
  if (isList(value)) {
    const items = value.map((each) => written(each, deeper))
    const line = `[${items.join(', ')}]`
    if (items.length === 0 || (items.length === 1 && !line.includes('\n'))) return line
    return `[\n${items.map((item) => `${deeper}${item},\n`).join('')}${indent}]`
  }
  const body = attributes(value, deeper)
  return body === '' ? '{}' : `{\n${body}${indent}}`
}

const isExpression = (value: object): value is HclExpression => expressionOf in value
// Array.isArray alone does not tell readonly arrays from the rest.
const isList = (value: HclValue): value is readonly HclValue[] => Array.isArray(value)

const nameOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : hclText(name))

/** A quoted text in which HCL finds neither a template nor a line end (HCL syntax, "Template Expressions"). */
const hclText = (text: string): string => {
  const escaped = text
    .replaceAll(/[\\"]/g, (character) => `\\${character}`)
    // As an escape the sign opens no template, whatever stands before it; doubling it would depend on that.
    .replaceAll(/[$%](?=\{)/g, unicode)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, unicode)
  return `"${escaped}"`
}

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const indented = (block: string): string => block.replaceAll(/^(?=.)/gm, '  ')
