import { isPlainArn, isPlainId } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { openArn } from '../generic-resources.ts'
import { textsAt } from '../input-texts.ts'
import type { CheckedType } from '../stored-actions.ts'

/**
 * Clusters of ECS and what is in them. Where its operation documents that, a request without a cluster means that which is called
 * `default` (ECS API Reference). Tags are of what an ARN names, by the general rule.
 */
export const ecsResources: ResourceRule = (asked) => {
  const { types, request, isOwn } = asked
  if (types.every(({ type }) => type === undefined)) return undefined
  if (isOwn && /Tag/.test(request.operation)) return undefined
  if (!isOwn && /^(Run|Start)Task$/.test(request.operation)) return [startedTask(asked)]
  const found = types.flatMap(
    (type) => members.get(type.type ?? '')?.flatMap((member) => ofType(asked, type, member)) ?? [],
  )
  const definitions = types.some(({ type }) => type === 'task-definition') ? definitionsOf(asked) : []
  const clusters = types.some(({ type }) => type === 'cluster') ? clustersOf(asked) : []
  const named = [...found, ...definitions, ...clusters]
  // What AWS demands and no member here names must not be left out.
  const missing = types.filter(({ type, required }) => required && !named.some((each) => each.type === type))
  const all = [
    ...named,
    ...missing.map((type) => ({ type: type.type, arn: undefined, within: openArn(type, asked.place, []) })),
  ]
  return all.length > 0 ? all : undefined
}

const members: ReadonlyMap<string, readonly string[]> = new Map([
  ['service', ['service', 'services.*', 'serviceName']],
  ['task', ['task', 'tasks.*']],
  ['container-instance', ['containerInstance', 'containerInstances.*']],
  ['capacity-provider', ['capacityProvider', 'name']],
  ['task-set', ['taskSet']],
])

const ofType = (
  asked: AskedAction,
  { type = '', pattern }: CheckedType,
  member: string,
): readonly CheckedResource[] =>
  textsAt(asked.request.input, member).map((text) => {
    const unknown = { type, arn: undefined }
    // The old ARNs have no cluster in them; AWS finds what they name, and checks that.
    if (text.startsWith('arn:')) return isPlainArn(text) && pattern.test(text) ? { type, arn: text } : unknown
    const arn = arnIn('ecs', asked.place)
    if (!isPlainId(text) || type === 'task-set') return unknown
    if (type === 'capacity-provider') return { type, arn: arn(`${type}/${text}`) }
    const cluster = clusterName(asked)
    return cluster === undefined ? unknown : { type, arn: arn(`${type}/${cluster}/${text}`) }
  })

/** The name of the one cluster of this place that a request is in. */
const clusterName = (asked: AskedAction): string | undefined => {
  const [text, ...more] = clusterTexts(asked)
  if (text === undefined || more.length > 0) return undefined
  const here = arnIn('ecs', asked.place)('cluster/')
  const name = text.startsWith(here) ? text.slice(here.length) : text
  return isPlainId(name) ? name : undefined
}

const clusterTexts = ({ request: { input, operation } }: AskedAction): readonly string[] => {
  const named = ['cluster', 'clusters.*', 'clusterName', 'clusterArn'].flatMap((path) => textsAt(input, path))
  return named.length === 0 && assumesDefault.test(operation) ? ['default'] : named
}

/** Operations that document which cluster they mean without one, or which they make. */
const assumesDefault =
  /^(CreateCluster|(Create|Delete|Describe|List|Update)Services?|CreateExpressGatewayService|ListServiceDeployments|(Run|Start|Stop)Task|(Describe|List)Tasks|ExecuteCommand|DescribeClusters|(Deregister|Register)ContainerInstance|(Describe|List)ContainerInstances|UpdateContainer(Agent|InstancesState)|(Delete|List|Put)Attributes)$/

const clustersOf = (asked: AskedAction): readonly CheckedResource[] =>
  clusterTexts(asked).map((text) => {
    if (text.startsWith('arn:')) return isClusterArn(text) ? { type: 'cluster', arn: text } : anyResource
    return isPlainId(text)
      ? { type: 'cluster', arn: arnIn('ecs', asked.place)(`cluster/${text}`) }
      : anyResource
  })

const isClusterArn = (text: string): boolean =>
  isPlainArn(text) && /^arn:[\w-]+:ecs:[\w-]+:\d{12}:cluster\/[\w-]+$/.test(text)

/** Tasks that are tagged as they start have ids that nobody knows before. */
const startedTask = (asked: AskedAction): CheckedResource => {
  const cluster = clusterName(asked)
  return cluster === undefined
    ? anyResource
    : { type: 'task', arn: undefined, within: arnIn('ecs', asked.place)(`task/${cluster}/*`) }
}

/** A definition without a revision is the newest one, whose number nobody says; one that is registered gets a new number. */
const definitionsOf = (asked: AskedAction): readonly CheckedResource[] => {
  const arn = arnIn('ecs', asked.place)
  const named = ['taskDefinition', 'taskDefinitions.*']
    .flatMap((path) => textsAt(asked.request.input, path))
    .map((text): CheckedResource => {
      if (text.startsWith('arn:'))
        return isPlainArn(text) && /:\d+$/.test(text) ? { type: 'task-definition', arn: text } : anyResource
      if (/^[\w-]+:\d+$/.test(text)) return { type: 'task-definition', arn: arn(`task-definition/${text}`) }
      return isPlainId(text)
        ? { type: 'task-definition', arn: undefined, within: arn(`task-definition/${text}:*`) }
        : anyResource
    })
  const families =
    asked.request.operation === 'RegisterTaskDefinition' ? textsAt(asked.request.input, 'family') : []
  return [
    ...named,
    ...families.map((text) =>
      isPlainId(text) ? { type: 'task-definition', arn: arn(`task-definition/${text}:*`) } : anyResource,
    ),
  ]
}
