import { randomUUID } from 'node:crypto'

/** A tenant that no other test has, because test files share one Redis. */
export const uniqueTenant = (): string => `t-${randomUUID()}`
