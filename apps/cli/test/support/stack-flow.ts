import { expect } from 'vitest'
import { account, asking, type Cast, refusedBy, type Stage } from './cast.ts'
import { landingPage } from './landing-page.ts'
import type { Answered, Person } from './person.ts'
import { block } from './transcript.ts'

/** Makes a stack of a template in S3, follows it to its outputs, and deletes it. */
export const stackFromTemplate = async ({ transcript }: Stage, { ann, bob, dan, zoe }: Cast) => {
  const template = JSON.stringify(landingPage, null, 2)
  transcript.chapter('A stack from a template in S3', [
    'A small web server as a stack. Its template, which Ann puts into S3 first:',
    block('json', template),
  ])
  const stackName = 'acme-landing'
  const asked = { account, name: stackName }
  const prompt = await ann.prompt('launch_web_server', asked)
  transcript.prompt('launch_web_server', asked, prompt)
  for (const tool of ['validate_template', 'create_stack', 'describe_stacks']) {
    expect(prompt).toContain(`aws_cloudformation_${tool}`)
  }
  expect(prompt).toContain('aws_operation_status')
  const followed = async (answer: Answered): Promise<Answered> => {
    if (answer.data.state !== 'running') return answer
    const { operationId } = answer.data
    return followed(await ann.call('aws_operation_status', { account, operationId, waitSeconds: 25 }))
  }
  const isMissing = {
    isError: true,
    error: { aws: { code: 'ValidationError', message: expect.stringContaining('does not exist') } },
  }
  const look = (person: Person) => person.call('aws_cloudformation_describe_stacks', { account, stackName })

  expect(await look(ann)).toMatchObject(isMissing)
  const [templateBucket, templateKey] = ['acme-prod-website', 'templates/landing.json']
  const object = { account, bucket: templateBucket, key: templateKey, contentType: 'application/json' }
  const put = await ann.call('aws_s3_put_object', { ...object, body: template })
  expect(put.data).toMatchObject({ uri: `s3://${templateBucket}/${templateKey}`, sizeBytes: template.length })
  const source = { account, templateBucket, templateKey }
  const valid = await ann.call('aws_cloudformation_validate_template', source)
  expect(valid.data).toMatchObject({
    resourceTypes: ['AWS::EC2::Instance', 'AWS::EC2::SecurityGroup'],
    parameters: [{ name: 'InstanceType', default: 't3.micro' }],
  })

  const wanted = { stackName, ...source }
  const changes = [
    { action: 'Add', logicalId: 'Firewall' },
    { action: 'Add', logicalId: 'Server' },
  ]
  expect((await ann.call('aws_cloudformation_create_stack', wanted)).data).toMatchObject({
    state: 'planned',
    changes,
  })
  const apply = { ...wanted, mode: 'apply' }
  const effect = 'Creates stack acme-landing with 2 resources'
  expect(await bob.call('aws_cloudformation_create_stack', apply)).toMatchObject({
    ...refusedBy('confirmation_required'),
    error: {
      plan: { effect: expect.stringContaining(effect), details: { changes } },
      approval: { url: expect.stringContaining('/approvals/acme/') },
    },
  })
  // What was prepared waits for somebody's word, until another no takes it back.
  expect((await look(ann)).data).toMatchObject({ stacks: [{ status: 'REVIEW_IN_PROGRESS' }] })
  expect(await dan.call('aws_cloudformation_create_stack', apply)).toMatchObject(refusedBy('not_confirmed'))
  expect(await look(ann)).toMatchObject(isMissing)

  const made = await ann.call('aws_cloudformation_create_stack', apply)
  expect(made).toMatchObject({ isError: false, questions: asking(effect) })
  const outputs = { InstanceId: expect.stringMatching(/^i-/), Address: expect.stringMatching(/^\d+\.\d+/) }
  expect((await followed(made)).data).toMatchObject({ state: 'done', status: 'CREATE_COMPLETE', outputs })
  expect((await look(ann)).data).toMatchObject({
    stacks: [{ name: stackName, status: 'CREATE_COMPLETE', outputs }],
  })

  expect(await zoe.call('aws_cloudformation_describe_stacks', { stackName })).toMatchObject(isMissing)
  expect(await look(zoe)).toMatchObject(refusedBy('account_not_linked'))
  const removed = changes.map(({ logicalId }) => ({ action: 'Remove', logicalId }))
  const deletion = { account, stackName, mode: 'apply' }
  expect(await zoe.call('aws_cloudformation_delete_stack', { stackName, mode: 'apply' })).toMatchObject({
    isError: true,
    questions: [],
  })
  expect((await ann.call('aws_cloudformation_delete_stack', { account, stackName })).data).toMatchObject({
    state: 'planned',
    changes: removed,
  })
  expect(await bob.call('aws_cloudformation_delete_stack', deletion)).toMatchObject(
    refusedBy('confirmation_required'),
  )
  expect((await look(ann)).data).toMatchObject({ stacks: [{ status: 'CREATE_COMPLETE' }] })
  const deleted = await ann.call('aws_cloudformation_delete_stack', deletion)
  expect(deleted).toMatchObject({
    isError: false,
    questions: asking('Deletes stack acme-landing with 2 resources'),
  })
  expect((await followed(deleted)).data).toMatchObject({ state: 'done', status: 'DELETE_COMPLETE' })
  expect(await look(ann)).toMatchObject(isMissing)
}
