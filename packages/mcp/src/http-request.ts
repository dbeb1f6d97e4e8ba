import type { Exchange } from './exchange.ts'

/** One HTTP request to `/mcp`, authenticated, with its body parsed. */
export interface McpHttpRequest extends Omit<Exchange, 'era'> {
  readonly body: unknown
  /** Header by lower-case name. */
  header(name: string): string | undefined
}
