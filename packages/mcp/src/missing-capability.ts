import { fail, type RpcError, rpcCodes } from './rpc.ts'

/** The refusal of a call that takes what the client did not declare; `required` has the shape of `ClientCapabilities`. */
export const missingCapability = (required: object): { readonly error: RpcError } =>
  fail(
    rpcCodes.missingCapability,
    `This takes a client that declares ${Object.keys(required).join(', ')}; nothing was done.`,
    { requiredCapabilities: required },
  )
