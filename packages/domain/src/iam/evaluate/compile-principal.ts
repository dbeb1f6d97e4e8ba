import { type Truth, unknown } from './truth.ts'

/** Who asks, as the `Principal` of a resource-based policy or a trust policy may name them. */
export interface RequestPrincipal {
  readonly kind: PrincipalKind
  /**
   * Every name that means them. Of a role's session: the ARNs of the session and of the role, and the account as its id or the
   * ARN of its root. Of a service: `lambda.amazonaws.com`.
   */
  readonly names: readonly string[]
}

export type PrincipalKind = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'

/** `*`, or names by kind, in the shape of IAM. */
export type PrincipalElement =
  | string
  | { readonly [kind in PrincipalKind]?: string | readonly string[] | undefined }

/** Whether a statement speaks of who asks. */
export type PrincipalTest = (principal: RequestPrincipal | undefined) => Truth

/** How to find out whether a `Principal` names who asks (IAM User Guide, "AWS JSON policy elements: Principal"). */
export const principalTest = (element: PrincipalElement): PrincipalTest => {
  const { everybody, named } = readElement(element)
  return (principal) => {
    if (everybody === 'all') return true
    if (principal === undefined || principal.names.length === 0) return unknown('principal')
    if (everybody === 'AWS' && principal.kind === 'AWS') return true
    return principal.names.some((name) => named.has(nameOf(principal.kind, name)))
  }
}

/**
 * How to find out whether a `NotPrincipal` leaves who asks to the statement: a Deny spares only those of whom every name is
 * listed, the account's too, and an Allow is only for those of whom none is.
 */
export const notPrincipalTest = (element: PrincipalElement, effect: 'Allow' | 'Deny'): PrincipalTest => {
  const { everybody, named } = readElement(element)
  return (principal) => {
    if (everybody === 'all') return false
    if (principal === undefined || principal.names.length === 0) return unknown('principal')
    if (everybody === 'AWS' && principal.kind === 'AWS') return false
    const listed = (name: string) => named.has(nameOf(principal.kind, name))
    return effect === 'Deny' ? !principal.names.every(listed) : !principal.names.some(listed)
  }
}

interface Named {
  readonly everybody?: 'all' | 'AWS'
  readonly named: ReadonlySet<string>
}

const readElement = (element: PrincipalElement): Named => {
  if (element === '*') return { everybody: 'all', named: new Set() }
  if (typeof element === 'string') return { named: new Set() }
  const named = Object.entries(element).flatMap(([kind, names]) =>
    [names ?? []].flat().map((name) => nameOf(kind, name)),
  )
  const everybody = named.includes('AWS *')
  return { ...(everybody && { everybody: 'AWS' as const }), named: new Set(named) }
}

/** An account's id is short for the ARN of its root, in every partition. */
const nameOf = (kind: string, name: string): string =>
  `${kind} ${name.replace(/^arn:[^:]+:iam::(\d{12}):root$/, '$1')}`
