import { randomInt } from 'node:crypto'
import type { Operator, OperatorAnswer } from './operator.ts'
import type { SignIn } from './sign-in.ts'
import { connectionTo } from './tenancy.ts'

/** What an operator sends to make a tenant whose people come from `signIn`. */
export const newTenant = (id: string, signIn: SignIn, changes: object = {}) => ({
  id,
  name: 'Initech',
  connections: [connectionTo(signIn)],
  permissions: { allowedServices: ['sts', 'ec2', 's3'], allowedRegions: ['eu-west-1', 'us-east-1'] },
  ...changes,
})

/** What an operator sends to add an account; its number is its own, as others use the same store. */
export const newAccount = (alias: string, accountId = accountNumber()) => ({
  alias,
  accountId,
  defaultRegion: 'eu-west-1',
  roles: { read: {} },
})

export const accountNumber = (): string => `3${randomInt(1e10, 1e11)}`

/** Makes it, with accounts under the two aliases. */
export const makeTenant = async (operator: Operator, id: string, signIn: SignIn): Promise<void> => {
  expectStatus(await operator.ask('POST', '/tenants', { body: newTenant(id, signIn) }), 201)
  for (const alias of ['one', 'two'])
    expectStatus(await operator.ask('POST', `/tenants/${id}/accounts`, { body: newAccount(alias) }), 201)
}

const expectStatus = ({ status, body }: OperatorAnswer, wanted: number): void => {
  if (status !== wanted) throw new Error(`${status} and not ${wanted}: ${body}`)
}
