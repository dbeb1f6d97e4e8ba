import { redactText, type ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { detectDrift, detectionOf, driftOf, stackDrift } from './stack-drift.ts'
import { eventsSince, stackEvent } from './stack-events.ts'
import { resourcesOf, stackResource } from './stack-resources.ts'

/** What can be told of one stack beside its record. */
export const parts = ['events', 'resources', 'template', 'drift'] as const

/** Output fields of these. */
export const stackDetails = {
  events: z.array(stackEvent).optional().describe('newest first'),
  resources: z.array(stackResource).optional(),
  ...stackDrift.shape,
  operationId: z.string().optional().describe('of the search for drift, for aws_operation_status'),
  reason: z.string().optional().describe('why drift could not be looked for'),
  body: z.string().optional().describe('the template'),
}

type Details = z.infer<z.ZodObject<typeof stackDetails>>

/** Most that one answer has of each. */
const mostEvents = 50
const mostResources = 200

/** How long an answer waits for drift. */
const driftWaitMs = 15_000

/** Those parts of a stack; `truncated` says which list has more than is told, and how to get it. */
export const detailsOf = async (
  context: ToolContext,
  stackId: string,
  include: ReadonlySet<(typeof parts)[number]>,
): Promise<Details & { truncated: string }> => {
  const events = include.has('events') ? await eventsSince(context, stackId, undefined, 1) : undefined
  const resources = include.has('resources') ? await resourcesOf(context, stackId) : undefined
  const template = include.has('template') ? await templateOf(context, stackId) : undefined
  const drift = include.has('drift') ? await lookForDrift(context, stackId) : undefined
  return {
    ...(events && { events: events.slice(0, mostEvents).map(({ record }) => record) }),
    ...(resources && { resources: resources.slice(0, mostResources) }),
    ...drift,
    ...(template !== undefined && { body: template }),
    truncated: [
      (events?.length ?? 0) > mostEvents &&
        `The newest ${mostEvents} events are told; aws_api_read with DescribeStackEvents has the older ones.`,
      resources &&
        resources.length > mostResources &&
        `${mostResources} of ${resources.length} resources are told; aws_api_read with ListStackResources has all.`,
    ]
      .filter(Boolean)
      .join(' '),
  }
}

/** Nobody put a template in here as a file of theirs, so it is a text like others, and no `body` that is left alone. */
const templateOf = async (context: ToolContext, StackName: string): Promise<string> =>
  redactText((await typedAws(context, 'cloudformation', 'GetTemplate', { StackName })).TemplateBody ?? '')

const lookForDrift = async (context: ToolContext, stackId: string): Promise<Details> => {
  const id = await detectDrift(context, stackId)
  const until = Math.min(context.now() + driftWaitMs, context.deadline - 5_000)
  for (let pause = 500; ; pause *= 1.5) {
    const { status, reason, driftStatus } = await detectionOf(context, id)
    if (status === 'done') return { driftStatus, drift: await driftOf(context, stackId) }
    if (status === 'failed') return { driftStatus, reason, drift: await driftOf(context, stackId) }
    if (context.now() + pause > until) {
      const operationId = context.operations.seal({ kind: 'drift', facts: { stackId, detectionId: id } })
      return { driftStatus: 'DETECTION_IN_PROGRESS', operationId }
    }
    await context.wait(pause)
  }
}
