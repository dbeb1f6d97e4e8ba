import { isPlainArn, isPlainId } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { textsAt, valuesAt } from '../input-texts.ts'

/** Parameters, documents and managed instances of Systems Manager; all else by the general rule. */
export const ssmResources: ResourceRule = (asked) => {
  const { request, types } = asked
  const { input } = request
  const kinds = new Set(types.map(({ type }) => type))
  if (kinds.has('parameter') && types.length === 1) {
    const names = ['Name', 'Names.*', 'Path'].flatMap((path) => textsAt(input, path))
    return names.length > 0 ? names.map((name) => parameterOf(asked, name)) : undefined
  }
  if (!kinds.has('document')) return undefined
  const documents = ['DocumentName', 'Name']
    .flatMap((path) => textsAt(input, path))
    .map((name) => documentOf(asked, name))
  const targets = valuesAt(input, 'Targets').length > 0 ? [anyResource] : []
  const instances = ['InstanceIds.*', 'InstanceId', 'Target']
    .flatMap((path) => textsAt(input, path))
    .map((id) => instanceOf(asked, id))
  const found = [
    ...documents,
    ...(kinds.has('instance') || kinds.has('managed-instance') ? [...instances, ...targets] : []),
  ]
  const buckets = kinds.has('bucket') ? textsAt(input, 'OutputS3BucketName') : []
  const kept = buckets.map((name) =>
    isPlainId(name) ? { type: 'bucket', arn: `arn:${asked.place.partition}:s3:::${name}` } : anyResource,
  )
  return documents.length > 0 ? [...found, ...kept] : [...found, ...kept, anyResource]
}

const parameterOf = ({ place }: AskedAction, text: string): CheckedResource => {
  // AWS Systems Manager User Guide: a version or a label stands behind a colon.
  if (text.startsWith('arn:')) {
    const [, arn] = /^(arn:[\w-]+:ssm:[\w-]+:\d{0,12}:parameter\/[^:]+)(?::[\w.-]+)?$/.exec(text) ?? []
    return arn !== undefined && isPlainArn(arn) ? { type: 'parameter', arn } : anyResource
  }
  const [, name = ''] = /^\/?([^:]*)(?::[\w.-]+)?$/.exec(text) ?? []
  if (name === '' || !name.split('/').every(isPlainId)) return anyResource
  const published = text.startsWith('/aws/service/')
  return {
    type: 'parameter',
    arn: arnIn('ssm', published ? { ...place, accountId: '' } : place)(`parameter/${name}`),
  }
}

/** Documents of AWS itself are of an account that their name does not say. */
const documentOf = ({ place }: AskedAction, name: string): CheckedResource => {
  if (name.startsWith('arn:')) return isPlainArn(name) ? { type: 'document', arn: name } : anyResource
  if (/^(AWS|Amazon)/i.test(name))
    return {
      type: 'document',
      arn: undefined,
      within: arnIn('ssm', { ...place, accountId: '*' })(`document/${isPlainId(name) ? name : '*'}`),
    }
  return isPlainId(name) ? { type: 'document', arn: arnIn('ssm', place)(`document/${name}`) } : anyResource
}

const instanceOf = ({ place }: AskedAction, id: string): CheckedResource => {
  if (/^i-[0-9a-f]+$/.test(id)) return { type: 'instance', arn: arnIn('ec2', place)(`instance/${id}`) }
  return /^mi-[0-9a-f]+$/.test(id)
    ? { type: 'managed-instance', arn: arnIn('ssm', place)(`managed-instance/${id}`) }
    : anyResource
}
