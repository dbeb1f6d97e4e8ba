import { isPlainArn, isPlainId } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { textsAt } from '../input-texts.ts'

/**
 * Keys of KMS. Behind an alias may be any key of its account; what is decrypted without a key's name says itself which it is, be
 * it of another account (AWS KMS API Reference, Decrypt).
 */
export const kmsResources: ResourceRule = (asked) => {
  const { request, types, action, isOwn } = asked
  const { input, operation } = request
  const kinds = new Set(types.map(({ type }) => type))
  if (!kinds.has('key') && !kinds.has('alias')) return undefined
  if (!isOwn && operation === 'CreateKey') return [{ type: 'key', arn: arnIn('kms', asked.place)('key/*') }]
  const member =
    action === 'kms:ReEncryptFrom'
      ? 'SourceKeyId'
      : action === 'kms:ReEncryptTo'
        ? 'DestinationKeyId'
        : undefined
  const keys = (member ? [member] : ['KeyId', 'TargetKeyId'])
    .flatMap((path) => textsAt(input, path))
    .map((id) => keyOf(asked, id))
  const aliases = kinds.has('alias') ? textsAt(input, 'AliasName').map((name) => aliasOf(asked, name)) : []
  const isOfAlias = /Alias$/.test(operation)
  const unknown = someKey(asked, isOfAlias ? asked.place.accountId : '*')
  // The key that an alias points to so far is checked as well, and only AWS knows it.
  const before = operation === 'UpdateAlias' && kinds.has('key') ? [unknown] : []
  return [...aliases, ...before, ...(kinds.has('key') && keys.length === 0 ? [unknown] : keys)]
}

const keyOf = (asked: AskedAction, id: string): CheckedResource => {
  const { place } = asked
  if (/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(id)) return { type: 'key', arn: id }
  return /^[\w-]{1,128}$/.test(id)
    ? { type: 'key', arn: arnIn('kms', place)(`key/${id}`) }
    : someKey(asked, /^alias\/[\w/-]+$/.test(id) ? place.accountId : '*')
}

const someKey = ({ place }: AskedAction, accountId: string): CheckedResource => ({
  type: 'key',
  arn: undefined,
  within: arnIn('kms', { ...place, accountId })('key/*'),
})

const aliasOf = ({ place }: AskedAction, name: string): CheckedResource =>
  /^alias\/[\w/-]{1,250}$/.test(name) ? { type: 'alias', arn: arnIn('kms', place)(name) } : anyResource

/**
 * Secrets. Their ARN ends in six letters that Secrets Manager has chosen; a name does not say them, nor has a new secret any.
 */
export const secretResources: ResourceRule = (asked) => {
  const { request, place, types } = asked
  if (types.every(({ type }) => type === undefined)) return undefined
  const arn = arnIn('secretsmanager', place)
  const { input, operation } = request
  if (operation === 'CreateSecret')
    return textsAt(input, 'Name').map((name) =>
      isName(name) ? { type: 'Secret', arn: arn(`secret:${name}-??????`) } : anyResource,
    )
  const ids = ['SecretId', 'SecretIdList.*'].flatMap((path) => textsAt(input, path))
  return ids.length === 0
    ? undefined
    : ids.map((id) => {
        if (isPlainArn(id))
          return /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:\S+-[A-Za-z0-9]{6}$/.test(id)
            ? { type: 'Secret', arn: id }
            : anyResource
        return isName(id)
          ? { type: 'Secret', arn: undefined, within: arn(`secret:${id}-??????`) }
          : anyResource
      })
}

const isName = (name: string): boolean => name.split('/').every((part) => part === '' || isPlainId(part))
