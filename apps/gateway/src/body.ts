import { isUtf8 } from 'node:buffer'
import { GatewayError } from '@gateway/domain'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Most bytes of a request body. */
export const bodyLimit = 1024 * 1024

/** Most levels of arrays and objects in a body; MCP messages have about ten. */
const depthLimit = 64

/** Parses JSON bodies strictly: UTF-8 only, bounded depth, no member that could reach a prototype. */
export const addJsonParser = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers()
  const options = { parseAs: 'buffer', bodyLimit } as const
  app.addContentTypeParser('application/json', options, async (request: FastifyRequest, bytes: Buffer) => {
    const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
      throw new GatewayError('unsupported_media_type', 'Send application/json in UTF-8.')
    }
    // Some clients name a type where they send nothing, as with DELETE.
    return bytes.length === 0 ? undefined : parseJson(bytes)
  })
}

/** The value of a JSON text; throws `parse_error` for whatever is not one. */
export const parseJson = (bytes: Buffer): unknown => {
  if (!isUtf8(bytes)) throw notJson()
  const text = bytes.toString('utf8')
  if (hasManyBrackets(text) && tooDeep(bytes)) throw notJson()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notJson()
  }
  // Only an escape or one of the two names can bring in what the walk looks for.
  if (/\\u|__proto__|constructor/.test(text) && !isHarmless(value)) throw notJson()
  return value
}

const notJson = () => new GatewayError('parse_error', 'The body is not valid JSON.')

/** Whether it opens more brackets than it may have levels, in strings or outside; nearly no call does. */
const hasManyBrackets = (text: string): boolean => {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > depthLimit) return true
    }
  }
  return false
}

/** Counts brackets outside of strings, so that no parser ever recurses into a hostile body. */
const tooDeep = (bytes: Buffer): boolean => {
  let depth = 0
  let quoted = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (quoted) {
      if (byte === 0x5c) i++
      else if (byte === 0x22) quoted = false
    } else if (byte === 0x22) quoted = true
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > depthLimit) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}

/** No lone surrogates, and no member named `__proto__` or `constructor` with a `prototype`. */
const isHarmless = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isHarmless)
  return Object.entries(value).every(([name, each]) => {
    if (name === '__proto__' || !name.isWellFormed()) return false
    if (name === 'constructor' && typeof each === 'object' && each !== null && 'prototype' in each)
      return false
    return isHarmless(each)
  })
}
