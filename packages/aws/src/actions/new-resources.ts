import type { CheckedType } from './stored-actions.ts'

/**
 * Whether an operation makes a new resource of a type, so that AWS checks `*` in the place of the id that it has yet to choose.
 * Whatever starts, copies or restores has something that it does so with, which a default or another request may say.
 */
export const makesNew = (service: string, operation: string, { type = '' }: CheckedType): boolean => {
  const [, made] = making.exec(operation) ?? []
  return (made !== undefined && isWordOf(made, type)) || makers.get(`${service}:${operation}`) === type
}

/** Whether an operation is a verb and the type's name, in one or many: then `Name` is the name of one. */
export const isVerbOf = (operation: string, { type = '' }: CheckedType): boolean => {
  const [, rest = ''] = /^[A-Z][a-z]+([A-Z]\w*)$/.exec(operation) ?? []
  return isWordOf(rest, type)
}

const making = /^(?:Allocate|Create|Import|Purchase|Register|Request)([A-Z]\w*)$/

const isWordOf = (word: string, type: string): boolean => {
  const [given, wanted] = [word.toLowerCase(), type.toLowerCase().replace(/[^a-z0-9]/g, '')]
  return wanted !== '' && (given === wanted || given === `${wanted}s`)
}

/** Operations that make something which is called otherwise. */
const makers: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'ec2:AllocateAddress': 'elastic-ip',
    'ec2:AllocateHosts': 'dedicated-host',
    'ec2:CreateFlowLogs': 'vpc-flow-log',
    'ec2:CreateManagedPrefixList': 'prefix-list',
    'ec2:CreatePublicIpv4Pool': 'ipv4pool-ec2',
    'ec2:CreateTransitGatewayConnect': 'transit-gateway-attachment',
    'ec2:CreateVpcEndpointServiceConfiguration': 'vpc-endpoint-service',
    'ec2:RequestSpotFleet': 'spot-fleet-request',
    'ec2:RequestSpotInstances': 'spot-instances-request',
    'ec2:StartNetworkInsightsAccessScopeAnalysis': 'network-insights-access-scope-analysis',
    'ec2:StartNetworkInsightsAnalysis': 'network-insights-analysis',
  }),
)
