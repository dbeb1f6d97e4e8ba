import { fillTemplate, isPlainArn } from '../arn-template.ts'
import { type AskedAction, anyResource, type CheckedResource, type ResourceRule } from '../asked-action.ts'
import { textsAt } from '../input-texts.ts'
import type { CheckedType } from '../stored-actions.ts'

/**
 * What IAM itself has. Its ARNs have a path that only the request which makes a thing says: by name alone, any other may be in a
 * path, so that it is known only how its ARN ends (IAM User Guide, "IAM identifiers").
 */
export const iamResources: ResourceRule = (asked) => {
  const { types } = asked
  const withPath = types.filter(({ variables }) => /withpath$/.test(variables.at(-1) ?? ''))
  if (withPath.length === 0) return undefined
  const found = withPath.flatMap((type) => ofType(asked, type))
  return found.length > 0 ? found : undefined
}

const ofType = (
  { request, place }: AskedAction,
  { type = '', template, required }: CheckedType,
): readonly CheckedResource[] => {
  const { input, operation } = request
  const word = type
    .split('-')
    .map((part) => part[0]?.toUpperCase() + part.slice(1))
    .join('')
  const arns = textsAt(input, `${word}Arn`).map((arn) => (isPlainArn(arn) ? { type, arn } : anyResource))
  const member = names.get(type) ?? `${word}Name`
  const named = textsAt(input, member).map((name): CheckedResource => {
    if (!/^[\w+=,.@-]{1,128}$/.test(name)) return anyResource
    const [path] = operation.startsWith('Create') ? [...textsAt(input, 'Path'), '/'] : []
    if (path === undefined)
      return { type, arn: undefined, within: fillTemplate(template, place, [`*${name}`]) }
    return /^\/([\w+=,.@/-]*\/)?$/.test(path)
      ? { type, arn: fillTemplate(template, place, [`${path.slice(1)}${name}`]) }
      : anyResource
  })
  const found = [...arns, ...named]
  return found.length > 0 || !required
    ? found
    : [{ type, arn: undefined, within: fillTemplate(template, place, ['*']) }]
}

const names: ReadonlyMap<string, string> = new Map([
  ['mfa', 'SerialNumber'],
  ['sms-mfa', 'SerialNumber'],
  ['server-certificate', 'ServerCertificateName'],
])
