import { randomBytes } from 'node:crypto'

/** A tenant that no other test has, because test files share one Redis; as long as an id may be. */
export const uniqueTenant = (): string => `t-${randomBytes(15).toString('hex')}`
