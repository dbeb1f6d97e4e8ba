import { strToU8, zipSync } from 'fflate'
import type { FunctionData } from './account-data.ts'
import { inParallel } from './in-parallel.ts'
import type { OwnerSession } from './owner-session.ts'
import { lambdaTrust } from './role-policies.ts'

const RoleName = 'lambda-basic'

const sources = {
  'nodejs22.x': { file: 'index.mjs', code: 'export const handler = async (event) => event\n' },
  'python3.13': { file: 'index.py', code: 'def handler(event, context):\n    return event\n' },
}

/** Makes the functions; every one answers with what it was sent. */
export const seedFunctions = async (
  { account, send }: OwnerSession,
  functions: readonly FunctionData[],
): Promise<void> => {
  await send('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: JSON.stringify(lambdaTrust) })
  await inParallel(functions, 4, ({ name, description, runtime, memory, environment }) => {
    const { file, code } = sources[runtime]
    return send('lambda', 'CreateFunction', {
      FunctionName: name,
      Description: description,
      Runtime: runtime,
      MemorySize: memory,
      Timeout: 15,
      Handler: 'index.handler',
      Role: `arn:aws:iam::${account.accountId}:role/${RoleName}`,
      Code: { ZipFile: zipSync({ [file]: strToU8(code) }) },
      ...(environment && { Environment: { Variables: environment } }),
    })
  })
}
