import type { Plan } from '@gateway/domain'
import { z } from 'zod'
import type { typedAws } from '../typed-aws.ts'

/** What would happen to a resource of a stack. */
export const changeRecord = z.object({
  action: z.string().describe('Add, Modify, Remove, Import, Dynamic, Retain or Snapshot (removed after one)'),
  logicalId: z.string(),
  type: z.string(),
  physicalId: z.string().optional(),
  replacement: z.enum(['true', 'conditional', 'false']).optional(),
  properties: z.array(z.string()).optional().describe('that change'),
  replacedFor: z.array(z.string()).optional().describe('those that demand or may demand the replacement'),
  policy: z.string().optional().describe('what becomes of the old resource'),
})

export type ChangeRecord = z.infer<typeof changeRecord>

type Described = Awaited<ReturnType<typeof typedAws<'cloudformation', 'DescribeChangeSet'>>>
type Change = NonNullable<Described['Changes']>[number]

/** A change of a change set; undefined for what is not of a resource. */
export const changeOf = ({ ResourceChange: change }: Change): ChangeRecord | undefined => {
  if (!change) return undefined
  const details = change.Details ?? []
  const properties = namesOf(details)
  const replacedFor = namesOf(
    details.filter(({ Target }) => /^(Always|Conditionally)$/.test(Target?.RequiresRecreation ?? '')),
  )
  return {
    action: change.Action ?? '',
    logicalId: change.LogicalResourceId ?? '',
    type: change.ResourceType ?? '',
    ...(change.PhysicalResourceId !== undefined && { physicalId: change.PhysicalResourceId }),
    ...(change.Replacement && { replacement: replacements[change.Replacement] }),
    ...(properties.length > 0 && { properties }),
    ...(replacedFor.length > 0 && { replacedFor }),
    ...(change.PolicyAction !== undefined && { policy: change.PolicyAction }),
  }
}

/** What a person is asked, of a stack's changes. */
export const planOf = (effect: string, changes: readonly ChangeRecord[], more: object = {}): Plan => ({
  effect,
  resources: changes.map(({ logicalId, physicalId, type }) => ({
    id: physicalId ?? logicalId,
    name: `${logicalId} (${type})`,
  })),
  details: { ...more, changes },
  byPerson: true,
})

/** Whether a change ends the resource that there is. */
export const endsResource = ({ action, replacement }: ChangeRecord): boolean =>
  action === 'Remove' || (replacement !== undefined && replacement !== 'false')

const namesOf = (details: NonNullable<NonNullable<Change['ResourceChange']>['Details']>): string[] =>
  [...new Set(details.map(({ Target }) => Target?.Name ?? Target?.Attribute ?? '').filter(Boolean))].sort()

const replacements = { True: 'true', Conditional: 'conditional', False: 'false' } as const
