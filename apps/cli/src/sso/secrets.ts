import { timingSafeEqual } from 'node:crypto'

/** Whether the sent secret is the expected one, in a time that does not tell how much of it is right. */
export const equalSecrets = (expected: string, sent: string): boolean => {
  const [a, b] = [Buffer.from(expected), Buffer.from(sent)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Name of the environment variable by which a gateway knows the client secret of a tenant's sign-in. */
export const secretNameOf = (tenantId: string): string =>
  `SSO_SECRET_${tenantId.toUpperCase().replaceAll('-', '_')}`
