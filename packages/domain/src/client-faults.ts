import type { Tenant } from './tenant.ts'

/** What is wrong between the OAuth clients of one tenant, each of them right by itself. */
export const clientFaults = ({ id, machineClients = [], preRegisteredClients = [] }: Tenant): string[] => {
  const faults: string[] = []
  const seen = new Map<string, string>()
  const check = (clientId: string, path: string) => {
    if (!clientId.startsWith(`${id}.`))
      faults.push(`${path}.clientId: must begin with the id of the tenant and a dot`)
    const first = seen.get(clientId)
    if (first) faults.push(`${path}.clientId: is that of ${first}, too`)
    else seen.set(clientId, path)
  }
  machineClients.forEach(({ clientId, jwksUri, publicKeys }, c) => {
    const path = `machineClients[${c}]`
    check(clientId, path)
    if (jwksUri === undefined && publicKeys === undefined)
      faults.push(`${path}: needs jwksUri or publicKeys, by which it proves who it is`)
    if (jwksUri !== undefined && publicKeys !== undefined)
      faults.push(`${path}: has jwksUri and publicKeys, of which only one counts`)
  })
  preRegisteredClients.forEach(({ clientId, jwksUri, publicKeys }, c) => {
    const path = `preRegisteredClients[${c}]`
    check(clientId, path)
    if (jwksUri !== undefined && publicKeys !== undefined)
      faults.push(`${path}: has jwksUri and publicKeys, of which only one counts`)
  })
  return faults
}
