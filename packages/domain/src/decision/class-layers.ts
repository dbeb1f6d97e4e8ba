import { handsOutCredentials } from '../iam/credential-actions.ts'
import { type Layer, roleForClass } from '../policy.ts'

/** What follows from the class of an operation: secrets, and the role that may do it. */
export const classLayers: readonly Layer[] = [
  {
    rule: 'credentials',
    judge: ({ tool }) =>
      tool.iamActions.some(handsOutCredentials)
        ? {
            code: 'secret_not_allowed',
            reason:
              'This makes or hands out credentials, which no call of the gateway may do. Ask the owner of the account to do it.',
          }
        : undefined,
  },
  {
    rule: 'granted-reads',
    judge: ({ grant, tool }) => {
      const [own = ''] = tool.iamActions
      const { secretReads = [] } = grant.tenant.permissions
      if (!tool.secret || secretReads.includes(own)) return undefined
      return {
        code: 'secret_not_allowed',
        reason: `The answer holds secrets, and tenant ${grant.tenant.id} has not granted ${own}. Its administrator can, in permissions.secretReads.`,
      }
    },
  },
  {
    rule: 'role.verified',
    judge({ tool, account }) {
      const blocked = account?.roles[roleForClass[tool.access]]
      if (blocked === undefined || blocked === 'profile' || blocked.blocked === undefined) return undefined
      // What the gateway answers by itself needs no role.
      if (tool.iamActions.length === 0) return undefined
      return { code: 'role_not_verified', reason: blocked.blocked }
    },
  },
  {
    rule: 'role',
    judge: ({ grant, tool, account }) => {
      const role = roleForClass[tool.access]
      const asked = account ? [account] : grant.accounts
      if (asked.some(({ roles }) => roles[role] !== undefined)) return undefined
      return {
        code: 'no_role',
        reason: `You have no ${role} role in ${asked.map((each) => each.account.alias).join(', ')}. Ask your administrator.`,
      }
    },
  },
]
