import type { AwsRequest, RequestFacts } from '@gateway/domain'
import { textsAt } from './input-texts.ts'

/**
 * What AWS checks for a role that a request passes: the role itself, since which one is in an instance profile nobody sees here.
 * Whom it is passed to is known where `paths`, those of members with roles, say it of all places that name the role.
 */
export const passedFact = (
  role: string,
  { service, input }: AwsRequest,
  paths: readonly string[] = [],
): RequestFacts => {
  const isNamed = (text: string) => text === role || role.endsWith(`/${text}`)
  const takers = new Set(
    paths.filter((path) => textsAt(input, path).some(isNamed)).map((path) => takerOf(service, path)),
  )
  const [taker, ...more] = takers
  return {
    action: 'iam:PassRole',
    resource: role === 'unknown' || role.includes(':instance-profile/') ? undefined : role,
    keys: new Map(taker !== undefined && more.length === 0 ? [['iam:passedtoservice', [taker]]] : []),
  }
}

/** The service that takes a role of a member; undefined where that is not sure. */
const takerOf = (service: string, path: string): string | undefined =>
  takers.get(service)?.find(([member]) => member.test(path))?.[1]

/** By service and path of a member, such as `Target.RoleArn`. */
const takers: ReadonlyMap<string, readonly (readonly [member: RegExp, taker: string])[]> = new Map([
  ['cloudformation', [[/^(AdministrationRoleARN|RoleARN)$/, 'cloudformation.amazonaws.com']]],
  [
    'codebuild',
    [[/^(serviceRole(Override)?|buildBatchConfig(Override)?\.serviceRole)$/, 'codebuild.amazonaws.com']],
  ],
  ['codepipeline', [[/^pipeline\.roleArn$/, 'codepipeline.amazonaws.com']]],
  [
    'ecs',
    [
      [/^(overrides\.)?(execution|task)RoleArn$/, 'ecs-tasks.amazonaws.com'],
      [/^(role|volumeConfigurations\.\*\.managedEBSVolume\.roleArn)$/, 'ecs.amazonaws.com'],
    ],
  ],
  ['firehose', [[/\.RoleARN$/, 'firehose.amazonaws.com']]],
  ['glue', [[/^(JobUpdate\.)?Role$/, 'glue.amazonaws.com']]],
  ['lambda', [[/^Role$/, 'lambda.amazonaws.com']]],
  ['scheduler', [[/^Target\.RoleArn$/, 'scheduler.amazonaws.com']]],
  ['states', [[/^roleArn$/, 'states.amazonaws.com']]],
])
