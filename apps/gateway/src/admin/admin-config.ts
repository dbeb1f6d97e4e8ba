import { z } from 'zod'
import { isLoopback } from '../is-loopback.ts'

const names = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((each) => each.trim() || []))

/** Settings of the admin API, as they stand in the environment. */
export const adminEnvironment = {
  ADMIN_ISSUER: z.string().min(1).max(2_048).optional(),
  ADMIN_JWKS_URI: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  ADMIN_ALGORITHMS: names.pipe(z.array(z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']))),
  ADMIN_GROUP: z.string().min(1).optional(),
  ADMIN_GROUP_CLAIM: z.string().min(1).default('groups'),
  ADMIN_CLIENTS: names,
  GATEWAY_ROLE_ARN: z
    .string()
    .regex(/^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of an IAM role')
    .optional(),
  ONBOARDING_TEMPLATE_URL: z.url({ protocol: /^https$/, error: 'must be an https URL' }).optional(),
}

const adminSchema = z.object(adminEnvironment)

/** Settings of the admin API. */
export interface AdminConfig {
  /** Issuer of the operators' tokens (`iss`, exactly). */
  readonly issuer: string
  readonly jwksUri: string
  readonly algorithms: ('RS256' | 'PS256' | 'ES256' | 'EdDSA')[]
  /** The one group whose members are operators, and the claim that names a person's groups. */
  readonly group: string
  readonly groupClaim: string
  /** OAuth clients whose tokens are taken. */
  readonly clients: string[]
  /** IAM role of the gateway, which the trust policies of tenants name. */
  readonly gatewayRoleArn: string
  /** Folder of published CloudFormation templates, for quick-create links. */
  readonly templateBaseUrl?: string
}

/** Audience of the operators' tokens (`aud`), for the public URL of a gateway. */
export const adminAudience = (publicUrl: string): string => `${publicUrl}/admin`

type Given = Readonly<Record<string, string | undefined>>

/** Faults between these settings: the admin API is served with all that it needs, or not at all. */
export const adminFaults = (given: Given): string[] => {
  const set = (name: string) => given[name] !== undefined
  if (set('ADMIN_ISSUER')) {
    return [
      ...required
        .filter((name) => !set(name) || given[name]?.replace(/[,\s]/g, '') === '')
        .map((name) => `${name}: is needed with ADMIN_ISSUER`),
      // Whoever changes the keys on their way is an operator.
      ...(isPlain(given.ADMIN_JWKS_URI) && !set('AWS_ENDPOINT_URL')
        ? ['ADMIN_JWKS_URI: must be an https URL, unless it is of loopback or AWS is a test backend']
        : []),
    ]
  }
  return Object.keys(adminEnvironment)
    .filter((name) => name !== 'ADMIN_ISSUER' && set(name))
    .map((name) => `${name}: says nothing without ADMIN_ISSUER, which serves the admin API`)
}

const isPlain = (url = ''): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !isLoopback(hostname)
}

const required = ['ADMIN_JWKS_URI', 'ADMIN_GROUP', 'ADMIN_CLIENTS', 'GATEWAY_ROLE_ARN']

/** The settings once they have no faults; undefined where no admin API is served. */
export const adminConfig = (values: z.infer<typeof adminSchema>): AdminConfig | undefined => {
  const { ADMIN_ISSUER: issuer, ADMIN_JWKS_URI: jwksUri, ADMIN_GROUP: group } = values
  const { GATEWAY_ROLE_ARN: gatewayRoleArn, ONBOARDING_TEMPLATE_URL: templateBaseUrl } = values
  if (issuer === undefined || jwksUri === undefined || group === undefined) return undefined
  if (gatewayRoleArn === undefined) return undefined
  return {
    issuer,
    jwksUri,
    algorithms: values.ADMIN_ALGORITHMS.length > 0 ? values.ADMIN_ALGORITHMS : ['ES256', 'RS256'],
    group,
    groupClaim: values.ADMIN_GROUP_CLAIM,
    clients: values.ADMIN_CLIENTS,
    gatewayRoleArn,
    ...(templateBaseUrl !== undefined && { templateBaseUrl }),
  }
}
