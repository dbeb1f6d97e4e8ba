import { findResource, type Grant } from '@gateway/domain'
import { isObject, type RpcRequest } from '../rpc.ts'
import type { Server } from '../server.ts'

/** Whether a request can be carried out twice without harm: it only reads. What is not known to is not. */
export const isSafeToRepeat = (
  { offerOf }: Pick<Server, 'offerOf'>,
  grant: Grant,
  { method, params }: Pick<RpcRequest, 'method' | 'params'>,
): boolean => {
  if (method === 'prompts/get') return true
  const { name, uri } = isObject(params) ? params : {}
  const { tools, resources } = offerOf(grant.tenant)
  const asked =
    method === 'tools/call' && typeof name === 'string'
      ? tools.get(name)
      : method === 'resources/read' && typeof uri === 'string'
        ? findResource(resources, uri)?.resource
        : undefined
  return asked?.access === 'read' || asked?.access === 'sensitive-read'
}
