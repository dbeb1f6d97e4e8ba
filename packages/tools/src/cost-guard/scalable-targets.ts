import { type Assessor, refusedFor } from './assessment.ts'
import { estimateOf, unpriced } from './charges.ts'
import { concurrencyFaults } from './functions.ts'
import { membersOf, recordOf } from './input-values.ts'
import { limitsInstances } from './launching-otherwise.ts'

/** What scales without an instance of EC2 (Application Auto Scaling API, RegisterScalableTarget); any other service may start some. */
const withoutInstances: ReadonlySet<string> = new Set(
  'appstream cassandra comprehend dynamodb elasticache kafka lambda neptune rds sagemaker workspaces'.split(
    ' ',
  ),
)

/** Application Auto Scaling RegisterScalableTarget, PutScalingPolicy and PutScheduledAction: no price, but limits. */
export const scalableTarget: Assessor = {
  reads: () => [],
  async assess({ request, limits }, prices) {
    const { service, operation } = request
    const { ServiceNamespace, MaxCapacity, MinCapacity, ScalableTargetAction } = membersOf(request)
    const namespace = String(ServiceNamespace)
    if (!withoutInstances.has(namespace) && limitsInstances(limits))
      return refusedFor(
        `${service}:${operation} may start instances whose type and number cannot be told from the request, and the tenant limits both.`,
      )
    if (namespace === 'lambda') {
      const action = recordOf(ScalableTargetAction)
      const wanted = {
        MaxCapacity: MaxCapacity ?? action.MaxCapacity,
        MinCapacity: MinCapacity ?? action.MinCapacity,
      }
      const faults = Object.keys(wanted).flatMap((name) => concurrencyFaults(wanted, name, limits))
      if (faults.length > 0) return refusedFor(...new Set(faults))
    }
    return { faults: [], estimate: estimateOf([unpriced(`what ${service}:${operation} scales`)], prices) }
  },
}
