import type { AnyTool } from '@gateway/domain'
import { isObject } from '../rpc.ts'
import { decodeHeader } from './modern-headers.ts'

/** A parameter of a tool that clients mirror in the header `Mcp-Param-<header>` (SEP-2243, `x-mcp-header`). */
interface MirroredParam {
  readonly name: string
  /** In lower case, as Node gives header names. */
  readonly header: string
}

/** Finds the first mirrored parameter whose header is not what the arguments say; undefined where all agree. */
export type ParamHeaderCheck = (
  tool: AnyTool | undefined,
  args: unknown,
  header: (name: string) => string | undefined,
) => string | undefined

/** The check of `Mcp-Param-*` headers; what a tool mirrors is read from its schema once. */
export const createParamHeaderCheck = (): ParamHeaderCheck => {
  const mirrored = new WeakMap<AnyTool, readonly MirroredParam[]>()
  const paramsOf = (tool: AnyTool): readonly MirroredParam[] => {
    const known = mirrored.get(tool)
    if (known) return known
    const params = Object.entries(tool.input.shape).flatMap(([name, field]) => {
      const header: unknown = (field as { meta?(): Record<string, unknown> | undefined }).meta?.()?.[
        'x-mcp-header'
      ]
      return typeof header === 'string' ? [{ name, header: `mcp-param-${header.toLowerCase()}` }] : []
    })
    mirrored.set(tool, params)
    return params
  }
  return (tool, args, header) => {
    const params = tool ? paramsOf(tool) : []
    return params.find(
      (param) => !agrees(isObject(args) ? args[param.name] : undefined, header(param.header)),
    )?.name
  }
}

const agrees = (value: unknown, header: string | undefined): boolean => {
  if (value === undefined || value === null) return header === undefined
  if (header === undefined) return false
  const decoded = decodeHeader(header.trim())
  if (decoded === undefined) return false
  // As JSON writes numbers: whoever decides by the header must read the same number.
  if (typeof value === 'number') return decimal.test(decoded) && Number(decoded) === value
  return (typeof value === 'string' || typeof value === 'boolean') && decoded === String(value)
}

const decimal = /^-?\d+(\.\d+)?$/
