import { redacted, redactText } from './redact-text.ts'
import { isHarmlessValue, isSecretName } from './secret-names.ts'

/**
 * The value without the secrets that its names or the form of its texts give away; the very same value where there is
 * none. A net under tools that answer no secrets, not a fence: who may read a thing is for policy and role to say.
 */
export const redactSecrets = (value: unknown): unknown => valueWithout(value, 'text', 0)

/** Documents of others may be nested without end; what is deeper has not been looked at, so it is not shown. */
const deepest = 64

const valueWithout = (value: unknown, kind: 'text' | 'body' | 'secret', depth: number): unknown => {
  if (typeof value === 'string') {
    if (kind !== 'secret') return redactText(value, kind)
    return isHarmlessValue(value) ? value : redacted
  }
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value))
    return value
  if (depth === deepest) return '… (cut, nested too deep)'
  if (Array.isArray(value)) {
    const items = value.map((each) => valueWithout(each, kind, depth + 1))
    return items.every((each, index) => each === value[index]) ? value : items
  }
  const entries = Object.entries(value)
  const pair = namesSecret(entries)
  const clean = entries.map(([name, each]): [string, unknown] => {
    const isSecret =
      isSecretName(name) || (pair && isValueName.test(name)) || (kind === 'secret' && isWrapping.test(name))
    return [name, valueWithout(each, isSecret ? 'secret' : name === 'body' ? 'body' : 'text', depth + 1)]
  })
  return clean.every(([, each], index) => each === entries[index]?.[1]) ? value : Object.fromEntries(clean)
}

/** `{ key: 'DB_PASSWORD', value: '…' }`, as tags, parameters, outputs and variables come. */
const namesSecret = (entries: readonly [string, unknown][]): boolean =>
  entries.some(([name]) => isValueName.test(name)) &&
  entries.some(
    ([name, each]) => typeof each === 'string' && /(?:key|name)$/i.test(name) && isSecretName(each),
  )

const isValueName = /value$/i

/** Members that only wrap the value of a secret: `{ userData: { value } }` of EC2, `{ password: { S } }` of DynamoDB. */
const isWrapping = /value$|^[BSL]S?$/i
