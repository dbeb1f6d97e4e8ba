import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { sampleOffer } from '../testing/sample-offer.ts'
import { isSafeToRepeat } from './safe-to-repeat.ts'

test.for<[string, unknown, boolean]>([
  ['tools/call', { name: 'aws_ec2_list_things' }, true],
  ['tools/call', { name: 'aws_ec2_remove_thing' }, false],
  ['tools/call', { name: 'aws_ec2_unknown' }, false],
  ['tools/call', { name: '__proto__' }, false],
  ['tools/call', { name: 7 }, false],
  ['tools/call', undefined, false],
  ['tools/call', [], false],
  ['resources/read', { uri: 'test://text' }, true],
  ['resources/read', { uri: 'test://items/1' }, true],
  ['resources/read', { uri: 'test://secret' }, true],
  ['resources/read', { uri: 'test://change/1' }, false],
  ['resources/read', { uri: 'test://nothing' }, false],
  ['resources/read', {}, false],
  ['prompts/get', { name: 'review' }, true],
  ['completion/complete', {}, false],
  ['nothing/here', { name: 'aws_ec2_list_things', uri: 'test://text' }, false],
])('%s %j may be run again: %s', ([method, params, safe]) => {
  expect(isSafeToRepeat({ offerOf: () => sampleOffer }, grantOfCaller(), { method, params })).toBe(safe)
})
