import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { dryRunAllowed } from '../dry-run.ts'
import { changeOf, changeState, effectOf, stateActions } from './change-state.ts'
import { findInstance, inPlan } from './find-instance.ts'
import { followState } from './follow-state.ts'
import { instanceId } from './ids.ts'
import { resourceTags } from './resource-tags.ts'
import { stateOperationId } from './state-operation.ts'
import { isProduction, tagsOf } from './tags.ts'

/** EC2 StartInstances, StopInstances, RebootInstances and TerminateInstances, of one instance. */
export const ec2ControlInstance = defineTool({
  name: 'aws_ec2_control_instance',
  title: 'Control an EC2 instance',
  description: 'Starts, stops, reboots or terminates (destroys) one EC2 instance.',
  access: 'destructive',
  iamActions: [
    'ec2:DescribeInstances',
    'ec2:DescribeTags',
    'ec2:RebootInstances',
    'ec2:StartInstances',
    'ec2:StopInstances',
    'ec2:TerminateInstances',
  ],
  idempotent: false,
  pack: 'resources',
  taskSupport: 'optional',
  input: z
    .strictObject({
      instanceId,
      action: z.enum(stateActions),
      force: z.boolean().optional().describe('with stop, terminate'),
      wait: z.boolean().optional().describe('until it is done'),
      dryRun: z.boolean().optional(),
    })
    .refine(({ action, force }) => !force || action === 'stop' || action === 'terminate', {
      path: ['force'],
      message: 'only for stop and terminate',
    })
    .refine(({ action, wait }) => !wait || action !== 'reboot', {
      path: ['wait'],
      message: 'a reboot ends in no other state',
    }),
  output: z.object({
    instanceId: z.string(),
    action: z.enum(stateActions),
    previousState: z.string().optional(),
    currentState: z.string().optional(),
    done: z.boolean().optional().describe('whether it is in the final state'),
    operationId: z.string().optional().describe('for aws_operation_status'),
    next: z.string().optional().describe('what to call next'),
    allowed: z.boolean().optional().describe('of a dry run: nothing was done'),
  }),
  scopeOf: ({ action }) => ({
    access: action === 'terminate' ? 'destructive' : 'write',
    iamActions: [
      effectOf[action].iamAction,
      'ec2:DescribeInstances',
      ...(action === 'terminate' ? ['ec2:DescribeTags'] : []),
    ],
  }),
  async confirm(context, { instanceId, action, force, dryRun }) {
    if (dryRun) return undefined
    const instance = await findInstance(context, instanceId)
    const details = {
      type: instance.InstanceType,
      state: instance.State?.Name,
      production: isProduction(instance),
    }
    const { operation } = effectOf[action]
    const sends = { service: 'ec2', operation, input: changeOf({ instanceId, force }) }
    if (action !== 'terminate') {
      const resources = [inPlan(instanceId, tagsOf(instance))]
      const [effect, asks] = {
        start: ['Starts an instance.', false] as const,
        stop: ['Stops an instance.', isProduction(instance)] as const,
        reboot: ['Reboots an instance.', isProduction(instance)] as const,
      }[action]
      const sentence = asks ? effect.replace('.', ' whose tags say production.') : effect
      return { effect: sentence, resources, details, sends, ...(!asks && { onlyByRule: true }) }
    }
    const volumes = (instance.BlockDeviceMappings ?? [])
      .filter(({ Ebs }) => Ebs?.DeleteOnTermination)
      .flatMap(({ Ebs }) => Ebs?.VolumeId ?? [])
    const tags = volumes.length > 0 ? await resourceTags(context, volumes) : new Map()
    return {
      effect: 'Terminates the instance and deletes the volumes listed with it; this cannot be undone.',
      resources: [
        inPlan(instanceId, tagsOf(instance)),
        ...volumes.map((id) => inPlan(id, tags.get(id) ?? {})),
      ],
      details,
      sends,
    }
  },
  async run(context, { instanceId, action, force, wait, dryRun }) {
    if (dryRun) {
      await dryRunAllowed(changeState(context, action, { instanceId, force, dryRun }))
      return { data: { instanceId, action, allowed: true } }
    }
    if (action === 'reboot') {
      // AWS answers nothing to a reboot, which leaves the state as it is (EC2 User Guide, "Reboot your instance").
      const state = (await findInstance(context, instanceId)).State?.Name
      await changeState(context, action, { instanceId })
      return { data: { instanceId, action, previousState: state, currentState: state } }
    }
    const { previous, current } = await changeState(context, action, { instanceId, force })
    const wanted = effectOf[action].leadsTo
    const state = wait ? await followState(context, { instanceId, wanted, seen: current }) : current
    const data = { instanceId, action, previousState: previous, currentState: state, done: state === wanted }
    if (data.done) return { data }
    const operationId = stateOperationId(context, { instanceId, wanted })
    const next = 'Call aws_operation_status with this operationId until its state is done or failed.'
    return { data: { ...data, operationId, next } }
  },
})
