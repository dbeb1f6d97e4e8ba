import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** What can be done to the state of an instance. */
export const stateActions = ['start', 'stop', 'reboot', 'terminate'] as const
export type StateAction = (typeof stateActions)[number]

/** The IAM action of each, and the state that it leads to (EC2 User Guide, "Instance lifecycle"). */
export const effectOf = {
  start: { iamAction: 'ec2:StartInstances', operation: 'StartInstances', leadsTo: 'running' },
  stop: { iamAction: 'ec2:StopInstances', operation: 'StopInstances', leadsTo: 'stopped' },
  reboot: { iamAction: 'ec2:RebootInstances', operation: 'RebootInstances', leadsTo: 'running' },
  terminate: { iamAction: 'ec2:TerminateInstances', operation: 'TerminateInstances', leadsTo: 'terminated' },
} as const satisfies Record<StateAction, object>

/** The input of the request that changes the state. */
export const changeOf = (of: {
  instanceId: string
  force?: boolean | undefined
  dryRun?: boolean | undefined
}) => ({
  InstanceIds: [of.instanceId],
  ...(of.dryRun && { DryRun: true }),
  ...(of.force && { Force: true }),
})

/** Sends one change of state; AWS answers the states before and after it, but for a reboot. */
export const changeState = async (
  context: ToolContext,
  action: StateAction,
  of: { instanceId: string; force?: boolean | undefined; dryRun?: boolean | undefined },
): Promise<{ previous?: string | undefined; current?: string | undefined }> => {
  const forced = changeOf(of)
  const { force: _, ...unforced } = of
  const one = changeOf(unforced)
  switch (action) {
    case 'start':
      return statesOf((await typedAws(context, 'ec2', 'StartInstances', one)).StartingInstances)
    case 'stop':
      return statesOf((await typedAws(context, 'ec2', 'StopInstances', forced)).StoppingInstances)
    case 'terminate':
      return statesOf((await typedAws(context, 'ec2', 'TerminateInstances', forced)).TerminatingInstances)
    case 'reboot':
      await typedAws(context, 'ec2', 'RebootInstances', one)
      return {}
  }
}

interface Change {
  readonly PreviousState?: { readonly Name?: string | undefined } | undefined
  readonly CurrentState?: { readonly Name?: string | undefined } | undefined
}

const statesOf = (changes: readonly Change[] = []) => ({
  previous: changes[0]?.PreviousState?.Name,
  current: changes[0]?.CurrentState?.Name,
})
