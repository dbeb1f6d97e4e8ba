import type { CostControl } from '@gateway/domain'
import type { Assessor } from './assessment.ts'
import { refusedFor } from './assessment.ts'
import { estimateOf, unpriced } from './charges.ts'

/** Operations that start instances of EC2 by something else, which tells neither their type nor how many there will be. */
const launching: Readonly<Record<string, string>> = {
  autoscaling: `AttachInstances CompleteLifecycleAction CreateAutoScalingGroup ExecutePolicy ExitStandby LaunchInstances
    PutScalingPolicy PutScheduledUpdateGroupAction BatchPutScheduledUpdateGroupAction PutWarmPool ResumeProcesses RollbackInstanceRefresh
    SetDesiredCapacity StartInstanceRefresh UpdateAutoScalingGroup`,
  batch: 'CreateComputeEnvironment UpdateComputeEnvironment',
  cloudformation: `ContinueUpdateRollback CreateStack CreateStackInstances CreateStackSet ImportStacksToStackSet
    RollbackStack UpdateStack UpdateStackInstances UpdateStackSet`,
  codebuild: 'CreateFleet UpdateFleet',
  ec2: `CreateFleet ModifyFleet ModifySpotFleetRequest RequestSpotFleet RequestSpotInstances RunScheduledInstances
    ImportInstance PurchaseScheduledInstances CreateCapacityReservation CreateCapacityReservationFleet
    ModifyCapacityReservation ModifyCapacityReservationFleet`,
  config: 'StartRemediationExecution',
  ecs: 'CreateCapacityProvider UpdateCapacityProvider',
  eks: 'CreateNodegroup UpdateNodegroupConfig UpdateNodegroupVersion',
  elasticmapreduce: `AddInstanceFleet AddInstanceGroups ModifyInstanceFleet ModifyInstanceGroups PutAutoScalingPolicy
    PutManagedScalingPolicy RunJobFlow SetUnhealthyNodeReplacement`,
  lambda: 'CreateCapacityProvider PutFunctionScalingConfig UpdateCapacityProvider',
  ssm: 'StartAutomationExecution StartChangeRequestExecution',
}

const launchingOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(launching).map(([service, names]) => [service, new Set(names.split(/\s+/))]),
)

/** Whether an operation may start instances of EC2 that cannot be told from its request. */
export const launchesOtherwise = (service: string, operation: string): boolean =>
  launchingOf.get(service)?.has(operation) === true

/** Whether a tenant says which instances there may be. */
export const limitsInstances = ({ ec2 }: CostControl): boolean =>
  ec2?.instanceTypes !== undefined || ec2?.maxPerCall !== undefined || ec2?.maxRunning !== undefined

/** Nobody knows what they start: without a price, and refused where the tenant says which instances there may be. */
export const launchOtherwise: Assessor = {
  reads: () => [],
  async assess({ request, limits }, prices) {
    const { service, operation } = request
    if (limitsInstances(limits)) {
      return refusedFor(
        `${service}:${operation} may start instances whose type and number cannot be told from the request, and the tenant limits both. Start them by ec2:RunInstances or by a stack of aws_cloudformation_create_stack.`,
      )
    }
    return { faults: [], estimate: estimateOf([unpriced(`what ${service}:${operation} starts`)], prices) }
  },
}
