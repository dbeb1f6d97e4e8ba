import { expect, test } from 'vitest'
import type { PolicyDocument } from './iam/policy-document.ts'
import { missingContext } from './missing-context.ts'

const request = (resource: string | undefined, keys: Readonly<Record<string, string>> = {}) => ({
  action: 's3:GetObject',
  resource,
  context: (key: string) => (keys[key] === undefined ? undefined : [keys[key]]),
})
const denying = (more: object): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*', ...more }],
})
const ofTeam = denying({ Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'red' } } })

test('keys and resources on which documents depend, each once', () => {
  const secret = denying({ Resource: 'arn:aws:s3:::secret/*' })
  expect(missingContext([ofTeam, secret, ofTeam], [request(undefined)])).toEqual([
    'aws:PrincipalTag/Team',
    'resource',
  ])
  expect(missingContext([secret], [request('arn:aws:s3:::open/x')])).toEqual([])
})

test('nothing where it is known, where another action is asked, and where there are no documents', () => {
  expect(missingContext([ofTeam], [request('*', { 'aws:principaltag/team': 'blue' })])).toEqual([])
  expect(missingContext([ofTeam], [{ ...request('*'), action: 'ec2:RunInstances' }])).toEqual([])
  expect(missingContext([], [request(undefined)])).toEqual([])
})
