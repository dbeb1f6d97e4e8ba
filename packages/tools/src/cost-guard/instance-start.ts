import { type Assessor, refusedFor } from './assessment.ts'
import { dayOf, estimateOf, free, unpriced } from './charges.ts'
import { listOf, type Members, membersOf, recordOf, textOf } from './input-values.ts'
import { listedInstance } from './listed-instance.ts'
import { countFaults, countReads, instancesOf } from './running-instances.ts'
import { shown } from './shown-names.ts'
import { typeFaults } from './type-patterns.ts'

/** EC2 StartInstances: a day of those that do not run already. */
export const instanceStart: Assessor = {
  reads: (limits) => ['ec2:DescribeInstances', ...countReads(limits)],
  async assess(question, prices) {
    const ids = [...new Set(listOf(membersOf(question.request).InstanceIds).map(String))]
    if (ids.length === 0) return refusedFor('InstanceIds are missing.')
    const instances = (await instancesOf(question, { InstanceIds: ids })).map(recordOf)
    const known = new Set(instances.map(({ InstanceId }) => InstanceId))
    if (ids.some((id) => !known.has(id)))
      return refusedFor('Not all of these instances are known here, so what they cost cannot be told.')
    const starting = instances.filter(({ State }) => !runs.includes(textOf(recordOf(State).Name) ?? ''))
    const types = starting.map(({ InstanceType }) => textOf(InstanceType))
    const faults = [
      ...typeFaults(types, question.limits.ec2?.instanceTypes),
      ...(await countFaults(question, starting.length)),
    ]
    if (faults.length > 0) return { faults }
    if (starting.length === 0) return { faults, estimate: free('All of them run already.') }
    const charges = [...byType(starting)].map(([type, count]) =>
      type === ''
        ? unpriced('instances that are not plain Linux')
        : dayOf(shown('instance type', type), prices.ec2(question.region, type), count),
    )
    return { faults, estimate: estimateOf(charges, prices) }
  },
}

const runs: readonly string[] = ['pending', 'running']

/** How many there are of each type; those that the prices are not about have none. */
const byType = (instances: readonly Members[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const instance of instances) {
    const type = listedInstance(instance) ? String(instance.InstanceType) : ''
    counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return counts
}

/** EC2 ModifyInstanceAttribute, of the type: a day of the new one. */
export const instanceTypeChange: Assessor = {
  reads: () => ['ec2:DescribeInstances'],
  async assess(question, prices) {
    const members = membersOf(question.request)
    const type = newTypeIn(members)
    if (type === undefined) return { faults: [] }
    const faults = typeFaults([type], question.limits.ec2?.instanceTypes)
    if (faults.length > 0) return { faults }
    const [instance] = (await instancesOf(question, { InstanceIds: [String(members.InstanceId)] })).map(
      recordOf,
    )
    const charge =
      instance && listedInstance(instance)
        ? dayOf(shown('instance type', type), prices.ec2(question.region, type))
        : unpriced('an instance that is not plain Linux')
    return { faults, estimate: estimateOf([charge], prices) }
  },
}

/** EC2 API, ModifyInstanceAttribute: a structure of its own, or an attribute by name. */
const newTypeIn = ({ InstanceType, Attribute, Value }: Members): string | undefined =>
  InstanceType !== undefined
    ? (textOf(recordOf(InstanceType).Value) ?? textOf(InstanceType) ?? '')
    : Attribute === 'instanceType'
      ? (textOf(Value) ?? '')
      : undefined
