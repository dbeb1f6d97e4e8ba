import { NormalizedSchema } from '@smithy/core/schema'
import { expect, test } from 'vitest'
import { loadService } from '../service-modules.ts'
import { operationSchema } from './operation-schema.ts'
import { presentOutput } from './present.ts'
import { unmarkedSecrets } from './unmarked-secrets.ts'

const schemaOf = async (action: string) => {
  const [service = '', operation = ''] = action.split(':')
  return operationSchema(await loadService(service), operation)
}

/** What AWS would answer, with a text where the path ends. */
const answer = ([first, ...rest]: readonly string[]): unknown => {
  if (first === undefined) return 'secret-text'
  return first === '[]' ? [answer(rest)] : { [first]: answer(rest) }
}

const member = (schema: NormalizedSchema, path: readonly string[]): NormalizedSchema =>
  path.reduce((at, name) => {
    if (name === '[]') return at.getValueSchema()
    expect(at.isStructSchema() && [...at.structIterator()].map(([each]) => each)).toContain(name)
    return at.getMemberSchema(name)
  }, schema)

test.for(
  Object.entries(unmarkedSecrets).flatMap(([action, paths]) => paths.map((path) => [action, path] as const)),
)('%s has %j, and hides it', async ([action, path]) => {
  const schema = await schemaOf(action)
  expect(member(NormalizedSchema.of(schema.output), path).isStringSchema()).toBe(true)
  const shown = JSON.stringify(await presentOutput(schema, answer(path)))
  expect(shown).toContain('[redacted]')
  expect(shown).not.toContain('secret-text')
})

test.for([
  ['apigateway:GetUsagePlanKeys', { items: [{ id: 'k', value: 'secret-text' }] }],
  ['apigateway:CreateUsagePlanKey', { id: 'k', value: 'secret-text' }],
  ['codebuild:StartSandboxConnection', { ssmSession: { sessionId: 's', tokenValue: 'secret-text' } }],
  ['ssm:GetDocument', { Name: 'd', AttachmentsContent: [{ Name: 'f', Url: 'https://secret-text' }] }],
] as const)('%s shows the rest without it', async ([action, output]) => {
  const shown = JSON.stringify(await presentOutput(await schemaOf(action), output))
  expect(shown).toContain('[redacted]')
  expect(shown).not.toContain('secret-text')
})
