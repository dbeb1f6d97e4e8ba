import { QueryFault } from './project-values.ts'

/** Of an expression: a sign is of its own kind, such as `[?`, and `end` stands after the last. */
export interface Token {
  readonly kind: string
  /** Of a name or a literal; a number of an index. */
  readonly value?: unknown
}

export const notAnExpression = () => new QueryFault('is no JMESPath expression')

const shapes =
  /(?<space>[ \t\r\n]+)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<quoted>"(?:\\[\s\S]|[^"\\])*")|(?<raw>'(?:\\[\s\S]|[^'\\])*')|(?<literal>`(?:\\[\s\S]|[^`\\])*`)|(?<number>-?[0-9]+)|(?<sign>\|\||&&|[=!<>]=|\[\?|\[\]|[.*,:{}[\]()@<>!&|])/y

export const tokensOf = (query: string): readonly Token[] => {
  const tokens: Token[] = []
  const shape = new RegExp(shapes)
  while (shape.lastIndex < query.length) {
    const groups = shape.exec(query)?.groups
    if (!groups) throw notAnExpression()
    if (groups.space === undefined) tokens.push(tokenOf(groups))
  }
  return tokens
}

const tokenOf = ({ name, quoted, raw, literal, number, sign }: Record<string, string | undefined>): Token => {
  if (name !== undefined) return { kind: 'name', value: name }
  if (quoted !== undefined) return { kind: 'quoted', value: jsonOf(quoted) }
  // Only a quote is escaped in it; any other backslash stands for itself.
  if (raw !== undefined) return { kind: 'literal', value: raw.slice(1, -1).replaceAll("\\'", "'") }
  if (literal !== undefined) return { kind: 'literal', value: literalOf(literal.slice(1, -1)) }
  return number === undefined ? { kind: sign ?? '' } : { kind: 'number', value: Number(number) }
}

/** JSON, or text without its quotes, which the AWS CLI takes, too: `running`. */
const literalOf = (escaped: string): unknown => {
  const text = escaped.replaceAll('\\`', '`').trimStart()
  if (/^[[{"]/.test(text)) return jsonOf(text)
  try {
    return JSON.parse(text)
  } catch {
    return jsonOf(`"${text}"`)
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw notAnExpression()
  }
}

/** Takes tokens, one after the other. */
export class Reader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  next(ahead = 0): string {
    return this.#tokens[this.#at + ahead]?.kind ?? 'end'
  }

  take(): Token {
    const token = this.#tokens[this.#at] ?? { kind: 'end' }
    this.#at += 1
    return token
  }

  /** Takes the next if it is of this kind. */
  takes(kind: string): boolean {
    const is = this.next() === kind
    if (is) this.#at += 1
    return is
  }

  expect(kind: string): void {
    if (!this.takes(kind)) throw notAnExpression()
  }
}
