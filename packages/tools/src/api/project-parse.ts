import { notAnExpression, Reader, tokensOf } from './project-tokens.ts'

/** Of a parsed expression. */
export interface Node {
  readonly type: string
  readonly name?: string
  readonly value?: unknown
  readonly children?: readonly (Node | number | null)[]
}

/** How tightly a sign holds what stands before it. A projection goes on until one that is under 10. */
const powers: Readonly<Record<string, number>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '[': 55,
}
/** `!a.b` and `!a[?b]` are `!` of all of it: with a member of a boolean, as others read it, they could only be null. */
const powerOfNot = 8

const powerOf = (reader: Reader): number => powers[reader.next()] ?? 0

const identity: Node = { type: 'Identity' }

/**
 * Parses JMESPath. Throws `QueryFault` for what is none: the library leaves out commas and quotes that are missing, and
 * answers something else than was asked.
 */
export const parsed = (query: string): Node => {
  const reader = new Reader(tokensOf(query))
  const node = expression(reader, 0)
  reader.expect('end')
  return node
}

const expression = (reader: Reader, power: number): Node => {
  let left = first(reader)
  while (power < powerOf(reader)) left = further(reader, left)
  return left
}

const first = (reader: Reader): Node => {
  const { kind, value } = reader.take()
  switch (kind) {
    case 'literal':
      return { type: 'Literal', value }
    case 'name':
      if (reader.takes('(')) return { type: 'Function', name: String(value), children: series(reader, ')') }
      return { type: 'Field', name: String(value) }
    case 'quoted':
      return { type: 'Field', name: String(value) }
    case '@':
      return { type: 'Current' }
    case '!':
      return { type: 'NotExpression', children: [expression(reader, powerOfNot)] }
    case '&':
      return { type: 'ExpressionReference', children: [expression(reader, 0)] }
    case '*':
      return { type: 'ValueProjection', children: [identity, projected(reader, 20)] }
    case '[]':
      return flattened(reader, identity)
    case '[?':
      return filtered(reader, identity)
    case '{':
      return hash(reader)
    case '[':
      return bracketed(reader, identity) ?? list(reader)
    case '(': {
      const inner = expression(reader, 0)
      reader.expect(')')
      return inner
    }
    default:
      throw notAnExpression()
  }
}

const binary: Readonly<Record<string, string>> = { '|': 'Pipe', '||': 'OrExpression', '&&': 'AndExpression' }

const further = (reader: Reader, left: Node): Node => {
  const power = powerOf(reader)
  const { kind } = reader.take()
  const type = binary[kind]
  if (type) return { type, children: [left, expression(reader, power)] }
  if (power === 5) return { type: 'Comparator', name: kind, children: [left, expression(reader, power)] }
  if (kind === '[]') return flattened(reader, left)
  if (kind === '[?') return filtered(reader, left)
  if (kind === '.' && reader.takes('*'))
    return { type: 'ValueProjection', children: [left, projected(reader, 40)] }
  if (kind === '.') return { type: 'Subexpression', children: [left, afterDot(reader, 40)] }
  const node = kind === '[' ? bracketed(reader, left) : undefined
  if (!node) throw notAnExpression()
  return node
}

const flattened = (reader: Reader, left: Node): Node => ({
  type: 'Projection',
  children: [{ type: 'Flatten', children: [left] }, projected(reader, 9)],
})

const filtered = (reader: Reader, left: Node): Node => {
  const condition = expression(reader, 0)
  reader.expect(']')
  return { type: 'FilterProjection', children: [left, projected(reader, 21), condition] }
}

/** What is done with each member of a projection. */
const projected = (reader: Reader, power: number): Node => {
  if (powerOf(reader) < 10) return identity
  if (reader.next() === '[' || reader.next() === '[?') return expression(reader, power)
  reader.expect('.')
  return afterDot(reader, power)
}

const afterDot = (reader: Reader, power: number): Node => {
  if (reader.takes('[')) return list(reader)
  if (reader.takes('{')) return hash(reader)
  if (!['name', 'quoted', '*'].includes(reader.next())) throw notAnExpression()
  return expression(reader, power)
}

/** An index, a slice or `*`; nothing is taken where it is none of them. */
const bracketed = (reader: Reader, left: Node): Node | undefined => {
  const project = (of: Node): Node => ({ type: 'Projection', children: [of, projected(reader, 20)] })
  if (reader.next() === '*' && reader.next(1) === ']') {
    reader.take()
    reader.take()
    return project(left)
  }
  if (reader.next() !== 'number' && reader.next() !== ':') return undefined
  const parts: (number | null)[] = [numberOrNull(reader)]
  while (parts.length < 3 && reader.takes(':')) parts.push(numberOrNull(reader))
  reader.expect(']')
  if (parts.length > 1)
    return project({ type: 'IndexExpression', children: [left, { type: 'Slice', children: parts }] })
  return { type: 'IndexExpression', children: [left, { type: 'Index', value: parts[0] }] }
}

const numberOrNull = (reader: Reader): number | null =>
  reader.next() === 'number' ? Number(reader.take().value) : null

/** Expressions with commas between them, and what ends them. */
const series = (reader: Reader, end: string): Node[] => {
  if (reader.takes(end)) return []
  const found = [expression(reader, 0)]
  while (reader.takes(',')) found.push(expression(reader, 0))
  reader.expect(end)
  return found
}

const list = (reader: Reader): Node => {
  const children = series(reader, ']')
  if (children.length === 0) throw notAnExpression()
  return { type: 'MultiSelectList', children }
}

const hash = (reader: Reader): Node => {
  const children: Node[] = []
  do {
    const { kind, value } = reader.take()
    if (kind !== 'name' && kind !== 'quoted') throw notAnExpression()
    reader.expect(':')
    children.push({ type: 'KeyValuePair', name: String(value), value: expression(reader, 0) })
  } while (reader.takes(','))
  reader.expect('}')
  return { type: 'MultiSelectHash', children }
}
