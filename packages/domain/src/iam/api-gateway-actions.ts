/**
 * API Gateway authorizes the HTTP verb of a request on a path, not the operation (Service Authorization Reference, "Amazon
 * API Gateway Management"). The verb follows from the first word of the operation's name; a test compares all of them with
 * the verbs that the SDK sends.
 */
export const apiGatewayActions = (operation: string): readonly string[] => {
  const verb = special.get(operation) ?? verbs.find(([words]) => words.test(operation))?.[1]
  return [`apigateway:${verb ?? operation}`]
}

const special: ReadonlyMap<string, string> = new Map([
  ['ImportDocumentationParts', 'PUT'],
  ['TagResource', 'PUT'],
])

const verbs: readonly (readonly [RegExp, string])[] = [
  [/^Get[A-Z]/, 'GET'],
  [/^(Create|Generate|Import|Reject|TestInvoke)[A-Z]/, 'POST'],
  [/^Put[A-Z]/, 'PUT'],
  [/^Update[A-Z]/, 'PATCH'],
  [/^(Delete|Flush|Untag)[A-Z]/, 'DELETE'],
]
