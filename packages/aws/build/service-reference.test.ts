import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { indexOperation } from './index-operation.ts'
import { readServiceReference } from './service-reference.ts'

// By hand, in the shape that AWS describes; not verified against the live files.
const file = {
  Name: 'kms',
  Actions: [
    { Name: 'UseSharedSecret', Annotations: { Properties: { IsWrite: true } } },
    { Name: 'ListShared', Annotations: { Properties: { IsList: true } } },
    { Name: 'SeeShared', Annotations: { Properties: {} } },
    { Name: 'GrantShared', Annotations: { Properties: { IsWrite: true, IsPermissionManagement: true } } },
    { Name: 'TagShared', Annotations: { Properties: { IsWrite: true, IsTaggingOnly: true } } },
    { Name: 'Unsaid' },
  ],
  Operations: [
    { Name: 'Encapsulate', AuthorizedActions: [{ Name: 'UseSharedSecret', Service: 'kms' }] },
    { Name: 'Encrypt', AuthorizedActions: [{ Name: 'SeeShared' }, { Name: 'GetObject', Service: 's3' }] },
    { Name: 'Sign', AuthorizedActions: [] },
    { Name: 'Verify' },
  ],
  Version: 'v1.4',
}
const folder = mkdtempSync(join(tmpdir(), 'reference-'))
writeFileSync(join(folder, 'kms.json'), JSON.stringify(file))
writeFileSync(join(folder, 'sqs.json'), JSON.stringify(file))
afterAll(() => rmSync(folder, { recursive: true }))

const sdk = (name: string) => ({ name, docs: '', input: undefined, output: undefined })

describe('readServiceReference', () => {
  const reference = readServiceReference(folder, 'kms')

  test('the actions of each operation, of other services too', () => {
    expect(reference?.actionsOf('Encapsulate')).toEqual(['kms:UseSharedSecret'])
    expect(reference?.actionsOf('Encrypt')).toEqual(['kms:SeeShared', 's3:GetObject'])
  })

  test('an operation without actions says nothing', () => {
    expect(reference?.actionsOf('Sign')).toBeUndefined()
    expect(reference?.actionsOf('Verify')).toBeUndefined()
    expect(reference?.actionsOf('__proto__')).toBeUndefined()
  })

  test.for([
    ['UseSharedSecret', 'Write'],
    ['ListShared', 'List'],
    ['SeeShared', 'Read'],
    ['GrantShared', 'Permissions management, Write'],
    ['TagShared', 'Tagging, Write'],
    ['Unsaid', 'Write'],
    ['Nowhere', undefined],
  ] as const)('%s is of level %s', ([name, level]) => {
    expect(reference?.levelOf(`kms:${name}`)).toBe(level)
  })

  test('a service without a file has none, and a file of another service is refused', () => {
    expect(readServiceReference(folder, 'ec2')).toBeUndefined()
    expect(() => readServiceReference(folder, 'sqs')).toThrow('is of kms')
  })
})

describe('indexOperation', () => {
  test('an operation that no name maps is in the index where the reference has it', async () => {
    expect(await indexOperation('kms', sdk('Encapsulate'), undefined)).toBeUndefined()
    const reference = readServiceReference(folder, 'kms')
    expect(await indexOperation('kms', sdk('Encapsulate'), reference)).toEqual({
      service: 'kms',
      operation: 'Encapsulate',
      access: 'write',
      // The second is what the gateway demands by name when it sends.
      iamActions: ['kms:UseSharedSecret', 'kms:Encapsulate'],
      summary: 'Encapsulate',
    })
  })

  test('the reference wins over the name', async () => {
    const reference = readServiceReference(folder, 'kms')
    expect(await indexOperation('kms', sdk('Encrypt'), undefined)).toMatchObject({ access: 'write' })
    expect(await indexOperation('kms', sdk('Encrypt'), reference)).toMatchObject({
      access: 'read',
      iamActions: ['kms:SeeShared', 's3:GetObject', 'kms:Encrypt'],
    })
  })

  test('a verb that API Gateway does not send is a fault of the table', async () => {
    const wrong = { ...sdk('GetRestApis'), httpVerb: 'POST' }
    await expect(indexOperation('apigateway', wrong, undefined)).rejects.toThrow('is sent by POST')
  })
})
