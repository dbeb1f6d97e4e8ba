import { fillTemplate, isPlainArn, isPlainId, lastPart } from './arn-template.ts'
import { type AskedAction, anyResource, type CheckedResource } from './asked-action.ts'
import type { InputText } from './input-texts.ts'
import { idsOf, isGeneral, membersOf } from './member-names.ts'
import { isNamed, withoutNewNames } from './new-names.ts'
import { makesNew } from './new-resources.ts'
import type { CheckedType } from './stored-actions.ts'

/**
 * What AWS checks for an action, by its ARN templates: ARNs of the input that are of one of its types, and those that members
 * with the names of a template's variables make. A type that AWS demands and nothing names is a resource nobody knows.
 */
export const genericResources = (asked: AskedAction): readonly CheckedResource[] => {
  const { types } = asked
  if (types.every(({ type }) => type === undefined)) return [{ arn: '*' }]
  const subject = subjectOf(asked)
  const search = (texts: readonly InputText[]) =>
    types.flatMap((type) => ofType({ ...asked, texts }, type, type === subject))
  const first = search(asked.texts)
  const texts = withoutNewNames(asked, first)
  const found = texts === asked.texts ? first : search(texts)
  if (found.length === 0) return [anyResource]
  const { service, operation } = asked.request
  const byArn = /Tag|ResourcePolicy/.test(operation)
  if (!byArn && service !== 'states') return found
  // What is named by an ARN is of one of the types, and needs not be of the others.
  const named = asked.texts.filter(
    ({ member, value, depth }) => depth === 1 && (byArn ? isGeneral(member) : value.includes(':states:')),
  )
  const fits = ({ value }: InputText) => types.some(({ pattern }) => pattern.test(value))
  const known = found.filter(({ arn }) => arn !== undefined)
  if (!named.every(fits)) return [...found, anyResource]
  return known.length > 0 && named.length > 0 ? known : found
}

const ofType = (asked: AskedAction, checked: CheckedType, isSubject: boolean): readonly CheckedResource[] => {
  const { request, place, texts } = asked
  const { type, template, variables, pattern, required } = checked
  if (variables.length === 0) return [{ type, arn: fillTemplate(template, place, []) }]
  const arns = texts.filter(({ value }) => value.startsWith('arn:') && pattern.test(value))
  const unknown = { type, arn: undefined, within: openArn(checked, place, []) }
  // What is named by an ARN may be of another account.
  const unknownOf = (text: string): CheckedResource =>
    text.includes(':') ? { type, arn: undefined } : unknown
  const found: CheckedResource[] = arns.map(({ value }) =>
    isPlainArn(value) ? { type, arn: value } : unknownOf(value),
  )
  const service = request.service
  const own = variables.map((name, i) =>
    textsNamed(
      texts,
      membersOf({
        service,
        type: type ?? '',
        variable: name,
        isSubject: isSubject && i === variables.length - 1,
        isNamed: isNamed(asked.request, checked),
      }),
    ),
  )
  const ids = idsOf(service, type ?? '')
  const last = own.at(-1) ?? []
  const prefixed = ids ? texts.filter(({ value }) => ids.test(value)) : []
  const named = [...last, ...prefixed].filter(
    ({ value }, i, all) => all.findIndex((each) => each.value === value) === i,
  )
  const others = own.slice(0, -1).map((values) => [...new Set(values.map(({ value }) => lastPart(value)))])
  for (const { member, value: name } of named) {
    // An ARN stands for itself; one of another type, where this type should be, is something nobody knows.
    if (name.startsWith('arn:')) {
      if (!pattern.test(name) && !isGeneral(member) && required) found.push(unknownOf(name))
      continue
    }
    const values = [...others.map((each) => (each.length === 1 ? each[0] : undefined)), name]
    const isPlain = values.every((value) => value !== undefined && isId(service, type ?? '', value))
    found.push(isPlain ? { type, arn: fillTemplate(template, place, values as string[]) } : unknownOf(name))
  }
  const ofAll = isSubject && listsAll.test(`${service}:${request.operation}`)
  if (found.length > 0 || (!required && !ofAll)) return found
  const known = others.map((each) => (each.length === 1 ? each[0] : undefined))
  return ofAll || makesNew(service, request.operation, checked)
    ? [
        {
          type,
          arn: known.every((value) => value !== undefined && isPlainId(value))
            ? fillTemplate(template, place, [...(known as string[]), '*'])
            : undefined,
          within: openArn(checked, place, known),
        },
      ]
    : [{ ...unknown, within: openArn(checked, place, known) }]
}

/** Those that are of all where they name none: AWS then checks `db:*`. */
const listsAll = /^(elasticache|rds|redshift):Describe/

/** Whether the name of an operation has that of a type in it. */
export const isIn = (operation: string, { type = '' }: CheckedType): boolean =>
  type !== '' && operation.toLowerCase().includes(type.toLowerCase().replace(/[^a-z0-9]/g, ''))

/** The type that an operation is about: the longest whose name is in its own, or the only one that is demanded. */
export const subjectOf = ({ types, request }: AskedAction): CheckedType | undefined => {
  const named = types
    .filter((each) => isIn(request.operation, each))
    .toSorted((a, b) => (b.type?.length ?? 0) - (a.type?.length ?? 0))
  if (named[0]) return named[0]
  const demanded = types.filter(({ required }) => required)
  return demanded.length === 1 ? demanded[0] : types.length === 1 ? types[0] : undefined
}

const textsNamed = (
  texts: readonly InputText[],
  members: ReadonlyMap<string, 'top' | 'any'>,
): readonly InputText[] =>
  texts.filter(
    ({ member, depth }) => members.get(member) === 'any' || (depth === 1 && members.get(member) === 'top'),
  )

/** Ids of EC2, and names that a service keeps in lower case, are not to be found by another spelling. */
const isId = (service: string, type: string, value: string): boolean => {
  if (free.has(`${service}:${type}`)) return /^[^*?$\s:][^*?$:]{0,511}$/.test(value)
  if (!isPlainId(value)) return slashes.has(`${service}:${type}`) && value.split('/').every(isPlainId)
  if (inLowerCase.has(service)) return value === value.toLowerCase()
  return true
}

const inLowerCase: ReadonlySet<string> = new Set(['rds', 'redshift', 'elasticache', 'ec2'])
const slashes: ReadonlySet<string> = new Set(['ecr:repository'])
/** Names that may have spaces and slashes in them. */
const free: ReadonlySet<string> = new Set([
  'cloudwatch:alarm',
  'budgets:budget',
  'ec2:key-pair',
  'ec2:placement-group',
])

/** The ARN of a type with `*` for all that is not known. */
export const openArn = (
  { template, variables }: CheckedType,
  place: AskedAction['place'],
  known: readonly (string | undefined)[],
): string | undefined =>
  fillTemplate(
    template,
    place,
    variables.map((_, i) => {
      const value = known[i]
      return value !== undefined && isPlainId(value) ? value : '*'
    }),
  )
