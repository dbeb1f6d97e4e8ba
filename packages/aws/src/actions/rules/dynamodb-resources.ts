import { isPlainArn, isPlainId } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { textsAt, valuesAt } from '../input-texts.ts'

/** Tables and indexes of DynamoDB (Service Authorization Reference, "Resource types defined by Amazon DynamoDB"). */
export const dynamodbResources: ResourceRule = (asked) => {
  const { request, types, action } = asked
  const { operation, input } = request
  const kinds = new Set(types.map(({ type }) => type))
  const table = (name: string) => tableOf(asked, name)
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return orAny(
        valuesAt(input, 'RequestItems').flatMap((items) => Object.keys(items as object).map(table)),
      )
    case 'TransactGetItems':
    case 'TransactWriteItems': {
      const member = members.get(action) ?? '*'
      return orAny(textsAt(input, `TransactItems.*.${member}.TableName`).map(table))
    }
    case 'ExecuteStatement':
    case 'BatchExecuteStatement':
    case 'ExecuteTransaction':
      return orAny(
        ['Statement', 'Statements.*.Statement', 'TransactStatements.*.Statement']
          .flatMap((path) => textsAt(input, path))
          .map((statement) => ofStatement(asked, statement)),
      )
    case 'Query':
    case 'Scan': {
      const indexes = textsAt(input, 'IndexName')
      const tables = textsAt(input, 'TableName').map(table)
      return orAny(
        tables.flatMap((each) =>
          indexes.length === 0 ? [each] : indexes.map((index) => indexOf(each, index)),
        ),
      )
    }
    default:
      break
  }
  const names = [
    'TableName',
    'SourceTableName',
    'TargetTableName',
    'TableCreationParameters.TableName',
  ].flatMap((path) => textsAt(input, path))
  if (!kinds.has('table') || names.length === 0) return undefined
  const others = ['SourceTableArn', 'BackupArn'].flatMap((path) => textsAt(input, path))
  return [...names.map(table), ...others.map((arn) => (isPlainArn(arn) ? { arn } : anyResource))]
}

const members: ReadonlyMap<string, string> = new Map([
  ['dynamodb:GetItem', 'Get'],
  ['dynamodb:PutItem', 'Put'],
  ['dynamodb:UpdateItem', 'Update'],
  ['dynamodb:DeleteItem', 'Delete'],
  ['dynamodb:ConditionCheckItem', 'ConditionCheck'],
])

const tableOf = ({ place }: AskedAction, name: string): CheckedResource => {
  if (/^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+$/.test(name)) return { type: 'table', arn: name }
  if (!isPlainId(name)) return anyResource
  return { type: 'table', arn: arnIn('dynamodb', place)(`table/${name}`) }
}

const indexOf = ({ arn }: CheckedResource, index: string): CheckedResource =>
  arn !== undefined && isPlainId(index) ? { type: 'index', arn: `${arn}/index/${index}` } : anyResource

/** A PartiQL statement that names one table, and at most an index of it, in the plainest form; anything else is not read. */
const ofStatement = (asked: AskedAction, statement: string): CheckedResource => {
  const plain =
    /^\s*(?:select\s[\w\s*,."]+?\sfrom|insert\s+into|update|delete\s+from)\s+"?([\w.-]+)"?(?:\."([\w.-]+)")?(?=\s|$)/i.exec(
      statement,
    )
  // A name in two places, a comment or another statement could hide what is asked.
  if (
    !plain ||
    (statement.match(/\b(from|into|update)\b/gi) ?? []).length !== 1 ||
    /--|\/\*|;/.test(statement)
  )
    return anyResource
  const [, name = '', index] = plain
  const unquoted = name.includes('.') && !statement.includes(`"${name}"`)
  if (unquoted) return anyResource
  const table = tableOf(asked, name)
  return index === undefined ? table : indexOf(table, index)
}

const orAny = (found: readonly CheckedResource[]): readonly CheckedResource[] =>
  found.length > 0 ? found : [anyResource]
