import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { genericResources } from '../generic-resources.ts'
import { textsAt, valuesAt } from '../input-texts.ts'
import { idsOf } from '../member-names.ts'

/**
 * Resources of EC2: the general rule, and what it cannot see (Service Authorization Reference, "Actions defined by Amazon EC2";
 * Amazon EC2 User Guide, "Example policies to control access the Amazon EC2 API").
 */
export const ec2Resources: ResourceRule = (asked) => {
  const { request, action, isOwn, types, texts } = asked
  const { operation, input } = request
  if (types.every(({ type }) => type === undefined)) return undefined
  if (action === 'ec2:CreateTags' && !isOwn) return createdWithTags(asked)
  if (action === 'ec2:CreateTags' || action === 'ec2:DeleteTags')
    return textsAt(input, 'Resources.*').flatMap((id) => tagged(asked, id))
  if (action === 'ec2:RunInstances') return launched(asked)
  // Groups that a rule of a group refers to are not checked.
  const seen = ofRules.test(operation) ? texts.filter(({ depth }) => depth === 1) : texts
  const made = copies(asked)
  const plain = genericResources({ ...asked, texts: seen, types: withoutGroups(asked) })
  const found = [
    ...plain.filter(({ type, arn }) => arn !== undefined || !made.some((each) => each.type === type)),
    ...made,
  ]
  // Groups, templates and addresses have ids in their ARNs; placement groups and key pairs have names.
  const isMade = /^Create(SecurityGroup|LaunchTemplate)$/.test(operation)
  const named = new Set(
    types.some(({ type }) => type === 'placement-group') ? hiding : [...hiding, 'groupname', 'groupnames'],
  )
  const hides = texts.some(({ member, value }) => named.has(member) && !/^sg-[0-9a-z]+$/.test(value))
  return hides && !isMade ? [...found, anyResource] : found
}

const ofRules = /^(Authorize|Revoke)SecurityGroup|^UpdateSecurityGroupRule/

/** Groups of another service, which are named by an ARN; a placement group has a member of the same name. */
const withoutGroups = ({ types, texts }: AskedAction): AskedAction['types'] =>
  texts.some(({ value }) => value.includes(':group/')) ? types : types.filter(({ type }) => type !== 'group')

/** What a request makes beside, and a copy beside what it is of. */
const copies = ({ request, types, place }: AskedAction): readonly CheckedResource[] =>
  /^(Copy|Create|Import|Register)(Image|Snapshot)$/.test(request.operation)
    ? types
        .filter(({ type = '' }) => withoutAccount.has(type))
        .map(({ type }) => ({ type, arn: arnIn('ec2', { ...place, accountId: '' })(`${type}/*`) }))
    : []

/** Types that have no account in their ARN, whosever they are. */
const withoutAccount: ReadonlySet<string> = new Set(['image', 'snapshot'])

/** Members that name something otherwise than its ARN does, in lower case. */
const hiding = ['launchtemplatename', 'publicip', 'publicips', 'securitygroups', 'securitygroup']

/** The types that an id may be of; an id of none is of something nobody knows. */
const tagged = ({ types, place }: AskedAction, id: string): readonly CheckedResource[] => {
  const fitting = types.filter(({ type = '' }) => idsOf('ec2', type)?.test(id))
  if (fitting.length === 0) return [anyResource]
  return fitting.map(({ type, template }) => ({
    type,
    arn: template.replace(/\$\{(\w+)\}/g, (_, name: string) =>
      name === 'Partition'
        ? place.partition
        : name === 'Region'
          ? place.region
          : name === 'Account'
            ? place.accountId
            : id,
    ),
  }))
}

/** What a request makes and tags at once, whose ids nobody knows before. */
const createdWithTags = ({ request, types, place }: AskedAction): readonly CheckedResource[] => {
  const kinds = ['TagSpecifications.*.ResourceType', 'TagSpecification.*.ResourceType'].flatMap((path) =>
    textsAt(request.input, path),
  )
  const found = kinds.map((kind): CheckedResource => {
    const name = kind === 'natgateway' ? 'natgateway' : kind
    if (!types.some(({ type }) => type === name)) return anyResource
    return {
      type: name,
      arn: arnIn('ec2', withoutAccount.has(name) ? { ...place, accountId: '' } : place)(`${name}/*`),
    }
  })
  return found.length > 0 ? found : [anyResource]
}

/** What a launch makes and uses. What a launch template or a default of the account decides, nobody sees here. */
const launched = (asked: AskedAction): readonly CheckedResource[] => {
  const { request, place } = asked
  const { input } = request
  const arn = arnIn('ec2', place)
  const made = ['instance', 'network-interface', 'volume'].map((type) => ({ type, arn: arn(`${type}/*`) }))
  const hidden = valuesAt(input, 'LaunchTemplate').length > 0
  const image = textsAt(input, 'ImageId')
  const images = image.map((id) =>
    /^ami-[0-9a-z]+$/.test(id)
      ? { type: 'image', arn: arnIn('ec2', { ...place, accountId: '' })(`image/${id}`) }
      : { type: 'image', arn: undefined, within: arnIn('ec2', { ...place, accountId: '*' })('image/*') },
  )
  const rest = genericResources({
    ...asked,
    types: withoutGroups(asked).filter(({ type }) => !['instance', 'volume', 'image'].includes(type ?? '')),
  })
  // Interfaces that are there already are beside the new ones; of both AWS checks what it can.
  const used = rest
    .filter(({ type, arn: found }) => type !== 'network-interface' || found !== undefined)
    .map(withinOf(asked))
  const groups = textsAt(input, 'SecurityGroups.*').length > 0 ? [unknownOf(asked, 'security-group')] : []
  const templates =
    hidden && textsAt(input, 'LaunchTemplate.LaunchTemplateId').length === 0
      ? [unknownOf(asked, 'launch-template')]
      : []
  const more = hidden ? [anyResource] : []
  return [
    ...(image.length > 0 ? images : [unknownOf(asked, 'image')]),
    ...made,
    ...used,
    ...groups,
    ...templates,
    ...more,
  ]
}

const unknownOf = ({ place }: AskedAction, type: string): CheckedResource => ({
  type,
  arn: undefined,
  within: arnIn('ec2', withoutAccount.has(type) ? { ...place, accountId: '*' } : place)(`${type}/*`),
})

/** Some resource of a type: the general rule would take `*` for one that is made. */
const withinOf =
  (asked: AskedAction) =>
  (found: CheckedResource): CheckedResource =>
    found.arn === undefined && found.type !== undefined ? unknownOf(asked, found.type) : found
