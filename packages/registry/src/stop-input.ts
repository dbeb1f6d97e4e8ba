import {
  closestName,
  faultOf,
  principalId,
  type StopTarget,
  type Tenant,
  tenantSchema,
} from '@gateway/domain'
import { z } from 'zod'
import { badInput } from './admin-input.ts'

/** What was asked to be stopped. */
export interface AskedStop {
  readonly target: StopTarget
  readonly reason: string
}

/** What the input is checked against. */
export interface StopInputOptions {
  /** Names of every tool that there is. */
  readonly tools: readonly string[]
  /** Rejects with `not_found` for a tenant that there is not. */
  tenantOf(id: string): Promise<Tenant>
}

const shown = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'must have no control characters')

// Whoever is stopped reads it.
const reason = shown(300).refine((text) => text.trim() !== '', 'must say why')
const tenantId = tenantSchema.shape.id

const schema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('writes'), tenantId: tenantId.optional(), reason }),
  z.strictObject({ kind: z.literal('tool'), tool: shown(64), tenantId: tenantId.optional(), reason }),
  z.strictObject({ kind: z.literal('tenant'), tenantId, reason }),
  z.strictObject({
    kind: z.literal('principal'),
    tenantId,
    // As `principalId` makes it.
    principalId: z
      .string()
      .regex(
        /^[\w-]{43}$/,
        'must be the 43 characters of user.id in audit events; else send issuer and subject',
      )
      .optional(),
    issuer: shown(2_048).optional(),
    subject: shown(255).optional(),
    reason,
  }),
])

type Parsed = z.output<typeof schema>

/** The stop that a request asks for; rejects with `bad_request` with every fault by its path, or with `not_found`. */
export const askedStop = async (input: unknown, options: StopInputOptions): Promise<AskedStop> => {
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw badInput(parsed.error.issues.map(faultOf))
  const { data } = parsed
  const tenant = data.tenantId === undefined ? undefined : await options.tenantOf(data.tenantId)
  return { target: targetOf(data, tenant, options.tools), reason: data.reason.trim() }
}

const targetOf = (data: Parsed, tenant: Tenant | undefined, tools: readonly string[]): StopTarget => {
  const ofTenant = data.tenantId === undefined ? {} : { tenantId: data.tenantId }
  switch (data.kind) {
    case 'writes':
      return { kind: 'writes', ...ofTenant }
    case 'tool':
      if (!tools.includes(data.tool)) throw badInput([unknownTool(data.tool, tools)])
      return { kind: 'tool', tool: data.tool, ...ofTenant }
    case 'tenant':
      return { kind: 'tenant', tenantId: data.tenantId }
    case 'principal':
      return { kind: 'principal', tenantId: data.tenantId, principalId: personOf(data, tenant) }
  }
}

const personOf = (data: Extract<Parsed, { kind: 'principal' }>, tenant: Tenant | undefined): string => {
  const { principalId: id, issuer, subject } = data
  if (id !== undefined && issuer === undefined && subject === undefined) return id
  if (id !== undefined || issuer === undefined || subject === undefined) throw badInput([oneWay])
  // A slip would stop nobody, and say that it did.
  if (!tenant?.connections.some((each) => each.issuer === issuer)) throw badInput([noConnection])
  return principalId(issuer, subject)
}

const unknownTool = (name: string, tools: readonly string[]): string => {
  const closest = closestName(name, tools)
  return `tool: there is none of this name${closest === undefined ? '' : `. Did you mean ${closest}?`}`
}

const oneWay = '(root): a principal is named by principalId alone, or by issuer and subject together'
const noConnection = 'issuer: must be that of a connection of the tenant, to the letter'
