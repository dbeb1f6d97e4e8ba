import { type AnyTool, GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { quietContext } from '../testing/context.ts'
import { operator } from '../testing/grant.ts'
import { cloudformationCreateStack } from './create-stack.ts'
import { readFromBucket, templateOf } from './template-source.ts'
import { cloudformationValidateTemplate } from './validate-template.ts'

const refusal = (message: string) =>
  new GatewayError('aws_error', 'AWS refused cloudformation:CreateChangeSet: ValidationError.', {
    details: { aws: { code: 'ValidationError', message, requestId: 'r1' } },
  })

const answered = (thrown: Error) => readFromBucket({ region: 'eu-west-1' }, Promise.reject(thrown))

test('a bucket of another region is refused with what to do', async () => {
  const elsewhere = refusal(
    'S3 error: The bucket you are attempting to access must be addressed using the specified endpoint.',
  )
  await expect(answered(elsewhere)).rejects.toMatchObject({
    code: 'aws_error',
    message: expect.stringMatching(/ValidationError\. .* the region of the stack, eu-west-1,/),
    details: elsewhere.details,
  })
})

test.for<[string, AnyTool, object]>([
  ['create_stack', cloudformationCreateStack, { stackName: 'web' }],
  ['validate_template', cloudformationValidateTemplate, {}],
])('%s says so', async ([, tool, args]) => {
  const context = {
    ...quietContext(operator),
    async aws(_: string, operation: string) {
      if (operation === 'DescribeStacks') return { Stacks: [] }
      throw refusal('must be addressed using the specified endpoint')
    },
  }
  const input = { ...args, templateBucket: 'templates', templateKey: 'web.json' }
  await expect(tool.run(context, input as never)).rejects.toThrow('the region of the stack, eu-west-1')
})

test('any other refusal stays what it is', async () => {
  for (const thrown of [refusal('S3 error: Access Denied'), new Error('must be addressed')]) {
    await expect(answered(thrown)).rejects.toBe(thrown)
  }
  await expect(readFromBucket({ region: 'eu-west-1' }, Promise.resolve(1))).resolves.toBe(1)
})

test('a bucket of China has a host there', () => {
  const source = { templateBucket: 'templates', templateKey: 'web.json' }
  expect(templateOf({ region: 'cn-north-1' }, source)).toEqual({
    TemplateURL: 'https://templates.s3.cn-north-1.amazonaws.com.cn/web.json',
  })
})
