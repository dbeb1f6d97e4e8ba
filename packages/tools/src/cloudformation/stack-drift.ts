import { redacted, type ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { isSecret } from './secret-names.ts'

/** How a stack differs from its template. */
export const stackDrift = z.object({
  driftStatus: z.string().optional(),
  drift: z
    .array(
      z.object({
        logicalId: z.string(),
        type: z.string(),
        status: z.string(),
        property: z.string().optional(),
        difference: z.string().optional(),
        expected: z.string().optional(),
        actual: z.string().optional(),
      }),
    )
    .optional()
    .describe('a row for each property that differs'),
})

/** How far a detection is. */
export interface Detection {
  readonly status: 'running' | 'done' | 'failed'
  readonly reason?: string | undefined
  readonly driftStatus?: string | undefined
}

/** Starts looking for drift; the id of the detection. */
export const detectDrift = async (context: ToolContext, StackName: string): Promise<string> =>
  (await typedAws(context, 'cloudformation', 'DetectStackDrift', { StackName })).StackDriftDetectionId ?? ''

/** One look at a detection. */
export const detectionOf = async (context: ToolContext, id: string): Promise<Detection> => {
  const found = await typedAws(context, 'cloudformation', 'DescribeStackDriftDetectionStatus', {
    StackDriftDetectionId: id,
  })
  const { DetectionStatus: status, DetectionStatusReason: reason, StackDriftStatus: driftStatus } = found
  if (status === 'DETECTION_IN_PROGRESS') return { status: 'running' }
  return { status: status === 'DETECTION_COMPLETE' ? 'done' : 'failed', reason, driftStatus }
}

/** What the last detection found, property by property. */
export const driftOf = async (
  context: ToolContext,
  StackName: string,
): Promise<NonNullable<z.infer<typeof stackDrift>['drift']>> => {
  const rows: NonNullable<z.infer<typeof stackDrift>['drift']> = []
  let NextToken: string | undefined
  do {
    const page = await typedAws(context, 'cloudformation', 'DescribeStackResourceDrifts', {
      StackName,
      StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
      MaxResults: 100,
      ...(NextToken !== undefined && { NextToken }),
    })
    for (const each of page.StackResourceDrifts ?? []) {
      const resource = {
        logicalId: each.LogicalResourceId ?? '',
        type: each.ResourceType ?? '',
        status: each.StackResourceDriftStatus ?? '',
      }
      const differences = each.PropertyDifferences ?? []
      if (differences.length === 0) rows.push(resource)
      for (const { PropertyPath: property = '', DifferenceType, ExpectedValue, ActualValue } of differences) {
        const shown = (value = '') => (isSecret(property, value) ? redacted : cut(value))
        rows.push({
          ...resource,
          property,
          difference: DifferenceType,
          expected: shown(ExpectedValue),
          actual: shown(ActualValue),
        })
      }
    }
    NextToken = page.NextToken
  } while (NextToken && rows.length < 500)
  return rows
}

const cut = (value: string): string => (value.length <= 200 ? value : `${value.slice(0, 199)}…`)
