import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { dryRunAllowed } from '../dry-run.ts'
import { typedAws } from '../typed-aws.ts'
import { changeState } from './change-state.ts'
import { inPlan } from './find-instance.ts'
import { instanceId, instanceType } from './ids.ts'
import { costChangeOf, pricesOf, usdPerHour, withSource } from './prices.ts'
import { stateOperationId } from './state-operation.ts'
import { sizeOf, typeChangeOf } from './type-change.ts'
import { type WhileStopped, whileStopped } from './while-stopped.ts'

/** EC2 ModifyInstanceAttribute, the type of an instance. */
export const ec2ModifyInstance = defineTool({
  name: 'aws_ec2_modify_instance',
  title: 'Change the type of an EC2 instance',
  description: 'Changes the type of an EC2 instance, which must be stopped.',
  access: 'write',
  iamActions: [
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypes',
    'ec2:ModifyInstanceAttribute',
    'ec2:StartInstances',
    'ec2:StopInstances',
  ],
  idempotent: true,
  pack: 'resources',
  taskSupport: 'optional',
  input: z.strictObject({
    instanceId,
    instanceType,
    stopIfNeeded: z.boolean().optional().describe('and start it again'),
    dryRun: z.boolean().optional(),
  }),
  output: z.object({
    instanceId: z.string(),
    previousType: z.string(),
    currentType: z.string(),
    state: z.string().optional(),
    remaining: z
      .array(z.enum(['modify', 'start']))
      .optional()
      .describe('steps that the time did not suffice for, or that AWS refused'),
    startRefused: z.string().optional().describe('error code of AWS'),
    operationId: z.string().optional().describe('for aws_operation_status'),
    next: z.string().optional().describe('what to call next'),
    usdPerHourChange: usdPerHour.optional().describe('while it runs; unpriced is not known'),
    prices: z.string().optional().describe('where the prices are from'),
    allowed: z.boolean().optional().describe('of a dry run: nothing was done'),
  }),
  scopeOf: ({ stopIfNeeded }) => ({
    access: 'write',
    iamActions: [
      'ec2:DescribeInstances',
      'ec2:DescribeInstanceTypes',
      'ec2:ModifyInstanceAttribute',
      ...(stopIfNeeded ? ['ec2:StartInstances', 'ec2:StopInstances'] : []),
    ],
  }),
  async confirm(context, input) {
    const prices = pricesOf(context)
    const { instanceId, instanceType, dryRun } = input
    if (dryRun) return undefined
    const { to, from, state, tags, listed } = await typeChangeOf(context, input)
    if (!to) return undefined
    const stopped =
      state === 'stopped'
        ? ''
        : ' It is stopped for that and started again, which gives it another public address unless that is an Elastic IP.'
    return {
      effect: `Changes the type of the instance from ${from} to ${instanceType}, which sets its price.${stopped}`,
      resources: [inPlan(instanceId, tags)],
      details: { from, to: instanceType, state, ...sizeOf(to) },
      ...withSource(
        'usdPerHour',
        costChangeOf({ prices, region: context.region, from, to: instanceType, listed }),
        prices,
      ),
      sends: { service: 'ec2', operation: 'ModifyInstanceAttribute', input: modificationOf(input) },
    }
  },
  async run(context, input) {
    const prices = pricesOf(context)
    const { instanceId, instanceType, stopIfNeeded, dryRun } = input
    const { to, from, state, listed } = await typeChangeOf(context, input)
    const same = { instanceId, previousType: from, currentType: from, state }
    const start = stopIfNeeded && state === 'stopped' && { next: `It was stopped already. ${startIt}` }
    if (!to) return { data: { ...same, ...start } }
    const cost = costChangeOf({ prices, region: context.region, from, to: instanceType, listed })
    const data = { ...same, ...withSource('usdPerHourChange', cost, prices) }
    const modify = (options: { DryRun?: true } = {}) =>
      typedAws(context, 'ec2', 'ModifyInstanceAttribute', { ...modificationOf(input), ...options })
    if (dryRun) {
      await dryRunAllowed(modify({ DryRun: true }))
      if (state !== 'stopped') {
        await dryRunAllowed(changeState(context, 'stop', { instanceId, dryRun }))
        await dryRunAllowed(changeState(context, 'start', { instanceId, dryRun }))
      }
      return { data: { ...data, allowed: true } }
    }
    if (state === 'stopped') {
      await modify()
      return { data: { ...data, currentType: instanceType, ...start } }
    }
    const result = await whileStopped(context, instanceId, modify)
    const { remaining, refusal, ...after } = result
    const isStopping = remaining.includes('modify')
    return {
      data: {
        ...data,
        ...after,
        ...(!isStopping && { currentType: instanceType }),
        ...(remaining.length > 0 && { remaining: [...remaining], next: nextOf(result) }),
        ...(isStopping && { operationId: stateOperationId(context, { instanceId, wanted: 'stopped' }) }),
        ...(refusal !== undefined && { startRefused: refusal }),
      },
      failed: refusal !== undefined,
    }
  },
})

const modificationOf = (of: { instanceId: string; instanceType: string }) => ({
  InstanceId: of.instanceId,
  InstanceType: { Value: of.instanceType },
})

/** Nothing tells a later call that the instance was running, so the caller has to start it. */
const startIt = 'To run it, call aws_ec2_control_instance with action "start".'

const nextOf = ({ remaining }: WhileStopped): string =>
  remaining.includes('modify')
    ? `It was running and is still stopping. Call aws_operation_status with this operationId until its state is done, then this tool again with the same arguments. ${startIt}`
    : `It was running, and AWS refused to start it. ${startIt}`
