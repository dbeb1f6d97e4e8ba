import type { AwsRequest, RequestPlace } from '@gateway/domain'
import { textsAt, valuesAt } from './input-texts.ts'

/** A condition key that operations decide by their input. */
export interface DecidedKey {
  /** In lower case. */
  readonly key: string
  readonly service: string
  readonly operations: RegExp
  /** Its values; an empty list where the member is absent, undefined where that says nothing. */
  values(
    input: object,
    asked: { readonly place: RequestPlace; readonly action?: string; readonly request?: AwsRequest },
  ): readonly string[] | undefined
}

type Read = DecidedKey['values']

/** Every operation. */
export const all = /^/
/** The texts at some paths of an input. */
export const at =
  (...paths: readonly string[]): Read =>
  (input) =>
    paths.flatMap((path) => textsAt(input, path))
/** What has a default of the account or of AWS where it is not said. */
export const ifSaid =
  (...paths: readonly string[]): Read =>
  (input) => {
    const found = at(...paths)(input, { place: nowhere })
    return found?.length ? found : undefined
  }
/** A truth or number at a path of an input, as text. */
export const flag =
  (path: string): Read =>
  (input) =>
    valuesAt(input, path).map((value) => String(value))
/** What a request that does not say it leaves as it is, so that only one which makes something or permits it says nothing. */
export const unlessUpdated =
  (...paths: readonly string[]): Read =>
  (input, { request }) => {
    const found = paths.flatMap((path) => textsAt(input, path))
    return found.length > 0 || /^(Add|Create(?!ChangeSet))/.test(request?.operation ?? '') ? found : undefined
  }
/** What a launch template may say where the request does not. */
export const unlessLaunched =
  (path: string): Read =>
  (input) => {
    const found = textsAt(input, path)
    return found.length > 0 || valuesAt(input, 'LaunchTemplate').length === 0 ? found : undefined
  }
/** Aliases of keys that a request names, as such or in an ARN, without their place. */
export const keyAliases: Read = (input, { action }) => {
  const member =
    action === 'kms:ReEncryptFrom'
      ? 'SourceKeyId'
      : action === 'kms:ReEncryptTo'
        ? 'DestinationKeyId'
        : 'KeyId'
  return textsAt(input, member).flatMap((id) => {
    const [, alias] = /^(?:arn:[\w-]*:kms:[^:]*:[^:]*:)?(alias\/[\s\S]*)$/i.exec(id) ?? []
    return alias === undefined ? [] : [alias]
  })
}
/** Names of change sets, also of those that an ARN names. */
export const changeSetNames: Read = (input) => {
  const names = textsAt(input, 'ChangeSetName').map((text) =>
    text.startsWith('arn:') ? /:changeSet\/([\w-]+)\/[\w-]+$/.exec(text)?.[1] : text,
  )
  return names.every((name) => name !== undefined) ? names : undefined
}
/** The ARN of the function that a text names, where it says no version or alias. */
export const functionArns: Read = (input, { place }) => {
  const arns = textsAt(input, 'FunctionName').map((text) => {
    const [, account = place.accountId, name] = /^(?:(\d{12}):function:|function:)?([\w-]+)$/.exec(text) ?? []
    if (name !== undefined) return `arn:${place.partition}:lambda:${place.region}:${account}:function:${name}`
    return /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+$/.test(text) ? text : undefined
  })
  return arns.length > 0 && arns.every((arn) => arn !== undefined) ? arns : undefined
}
/** Times at some paths of an input, in ISO 8601. */
export const times =
  (...paths: readonly string[]): Read =>
  (input) =>
    paths
      .flatMap((path) => valuesAt(input, path))
      .map((value) => (value instanceof Date ? value.toISOString() : String(value)))
/** The place of what is the same everywhere. */
export const nowhere: RequestPlace = { partition: '', region: '', accountId: '' }

/** Entries of one service. */
export const of = (
  service: string,
  entries: Readonly<Record<string, readonly [operations: RegExp, values: Read]>>,
): DecidedKey[] =>
  Object.entries(entries).map(([name, [operations, values]]) => ({
    key: `${service}:${name}`,
    service,
    operations,
    values,
  }))

/** The leading attribute of an item's key is known where it is the only one. */
export const leadingKeys: Read = (input) => {
  const keys = valuesAt(input, 'Key').concat(valuesAt(input, 'RequestItems.*.Keys'))
  const values = keys.map((key) => {
    const attributes = typeof key === 'object' && key !== null ? Object.values(key) : []
    const [attribute, ...more] = attributes
    if (more.length > 0) return undefined
    return [...textsAt(attribute, 'S'), ...textsAt(attribute, 'N')][0]
  })
  return values.length > 0 && values.every((value) => value !== undefined) ? values : undefined
}
