import type { ApiOperation, AwsRequest, RequestPlace } from '@gateway/domain'
import { isPlainArn } from './arn-template.ts'
import { inputTexts, textsAt } from './input-texts.ts'

/**
 * Roles and instance profiles that a request passes on, as ARNs, and `unknown` for each that cannot be told: of a definition or a
 * launch template, in the midst of a text, or of a name that is none. `found` is what the operation index has.
 */
export const passedRolesOf = (
  request: AwsRequest,
  place: RequestPlace,
  found: ApiOperation | undefined,
): readonly (string | 'unknown')[] => {
  // An operation that nobody knows may pass anything.
  if (!found) return ['unknown']
  const { passesRole = [], hidesRoles, ownRoles, iamActions } = found
  const mayPass = hidesRoles || ownRoles || iamActions.includes('iam:PassRole')
  const texts = inputTexts(request.input)
  if (!texts) return mayPass ? ['unknown'] : []
  const named = passesRole.flatMap((path) =>
    textsAt(request.input, path).map((text) => [text, roleOf(text, path, place, request.service)] as const),
  )
  const known = new Set(named.map(([text]) => text))
  // What no member of the schema names is in a map, a text or a definition.
  const elsewhere = mayPass ? texts.filter(({ value }) => !known.has(value) && holdsRole.test(value)) : []
  const usesTemplate =
    request.operation !== 'CreateLaunchTemplate' && texts.some(({ member }) => launchTemplate.test(member))
  const isHidden = hidesRoles || ownRoles || (mayPass && usesTemplate)
  return [
    ...new Set([
      ...named.map(([, role]) => role),
      ...elsewhere.map(({ value }) => (isRoleArn(value) ? value : 'unknown')),
      ...(isHidden ? ['unknown'] : []),
    ]),
  ]
}

const holdsRole = /arn:[\w-]*:iam::[^:]*:(role|instance-profile)\//i

/** Members, in lower case, that name a launch template or configuration that there is: its role only another request shows. */
const launchTemplate = /^launch(template|configuration)(id|name|arn)$/

const roleOf = (
  text: string,
  path: string,
  { partition, accountId }: RequestPlace,
  service: string,
): string => {
  if (isRoleArn(text)) return text
  if (!/^[\w+=,.@-]{1,128}$/.test(text)) return 'unknown'
  const isProfile =
    /instanceprofile/i.test(path.replaceAll('.', '')) ||
    // Amazon EMR Management Guide: the service role for EC2 is an instance profile.
    (service === 'elasticmapreduce' && path === 'JobFlowRole')
  return `arn:${partition}:iam::${accountId}:${isProfile ? 'instance-profile' : 'role'}/${text}`
}

const isRoleArn = (text: string): boolean =>
  isPlainArn(text) && /^arn:aws[\w-]*:iam::\d{12}:(role|instance-profile)\/[\w+=,.@/-]+$/.test(text)
