/**
 * Actions of the DynamoDB operations that stand for others: statements of PartiQL and transactions. What cannot be read
 * from the input needs all that it might be. Undefined for operations that have the name of their action.
 */
export const dynamodbActions = (operation: string, input: object): readonly string[] | undefined => {
  const possible = dynamodbTables.get(operation)
  const found = possible && readers[operation]?.(input as Input)
  return found && found.length > 0 && found.every((action) => possible.includes(action))
    ? [...new Set(found)]
    : possible
}

const partiQl = ['PartiQLSelect', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'].map(
  (name) => `dynamodb:${name}`,
)

/** All actions that an operation may need. */
export const dynamodbTables: ReadonlyMap<string, readonly string[]> = new Map([
  ['ExecuteStatement', partiQl],
  ['BatchExecuteStatement', partiQl],
  ['ExecuteTransaction', partiQl],
  ['TransactGetItems', ['dynamodb:GetItem']],
  [
    'TransactWriteItems',
    ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((name) => `dynamodb:${name}`),
  ],
])

type Input = Readonly<Record<string, unknown>>

const readers: Readonly<Record<string, (input: Input) => readonly string[]>> = {
  ExecuteStatement: ({ Statement }) => [statementAction(Statement)],
  BatchExecuteStatement: ({ Statements }) =>
    listOf(Statements).map(({ Statement }) => statementAction(Statement)),
  ExecuteTransaction: ({ TransactStatements }) =>
    listOf(TransactStatements).map(({ Statement }) => statementAction(Statement)),
  TransactWriteItems: ({ TransactItems }) =>
    listOf(TransactItems).flatMap((item) =>
      Object.keys(item)
        .filter((name) => item[name] !== undefined)
        .map((name) => writeActions.get(name) ?? 'unknown'),
    ),
}

const writeActions: ReadonlyMap<string, string> = new Map([
  ['ConditionCheck', 'dynamodb:ConditionCheckItem'],
  ['Delete', 'dynamodb:DeleteItem'],
  ['Put', 'dynamodb:PutItem'],
  ['Update', 'dynamodb:UpdateItem'],
])

/** `unknown` is no action, so that all are demanded: a comment before the verb must not hide it. */
const statementAction = (statement: unknown): string => {
  const verb = typeof statement === 'string' ? /^\s*([a-z]+)\s/i.exec(statement)?.[1]?.toLowerCase() : ''
  switch (verb) {
    case 'select':
      return 'dynamodb:PartiQLSelect'
    case 'insert':
      return 'dynamodb:PartiQLInsert'
    case 'update':
      return 'dynamodb:PartiQLUpdate'
    case 'delete':
      return 'dynamodb:PartiQLDelete'
    default:
      return 'unknown'
  }
}

const listOf = (value: unknown): readonly Input[] =>
  Array.isArray(value) ? value.map((each) => (typeof each === 'object' && each !== null ? each : {})) : []
