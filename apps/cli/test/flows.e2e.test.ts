import { join } from 'node:path'
import { freePort } from '@gateway/backends'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listTokens, sizesOf, writeSizes } from './support/answer-sizes.ts'
import { castOf, type Stage } from './support/cast.ts'
import { signIn } from './support/person.ts'
import { resizeHotInstances } from './support/resize-flow.ts'
import { npmStart, type RunningSandbox, root } from './support/sandbox.ts'
import { stackFromTemplate } from './support/stack-flow.ts'
import { createTranscript } from './support/transcript.ts'

let sandbox: RunningSandbox
let stage: Stage

const transcript = createTranscript('Transcripts', [
  'Two pieces of work from a prompt to the result, by tools alone, in the sandbox that `npm start` runs. Written by `apps/cli/test/flows.e2e.test.ts`, which compares it in every run; `npm run transcripts` renews it. Ids, times, addresses and requests are replaced by what they are; long lines are cut.',
  '**Ann** is an operator of the tenant acme, and her client shows forms. **Bob** is one too, but his client cannot (no MCP elicitation). **Dan** says no to what he is asked. **Zoe** is an operator of another tenant, globex.',
])

beforeAll(async () => {
  sandbox = npmStart(['--json'], { PORT: String(await freePort()) })
  stage = { ready: await sandbox.ready(), transcript, answers: [] }
})
afterAll(() => sandbox[Symbol.asyncDispose]())

test('hot instances are found by tag and metric, stopped, made larger and started', async () => {
  await using cast = await castOf(stage)
  await resizeHotInstances(stage, cast)
})

test('a stack is made of a template in S3, followed to its outputs and deleted', async () => {
  await using cast = await castOf(stage)
  await stackFromTemplate(stage, cast)
})

test('what was said is what the documents say', async () => {
  await expect(stage.transcript.text()).toMatchFileSnapshot(join(root, 'docs', 'transcripts.md'))
})

test('no answer is large for a model', async () => {
  await using ann = await signIn(stage.ready, 'acme', 'operator', 'accepts')
  const sizes = sizesOf(listTokens(await ann.listTools()), stage.answers)
  writeSizes(join(root, '.artifacts', 'answer-sizes.txt'), sizes)
  expect(stage.answers.length).toBeGreaterThan(20)
  expect(sizes.whole.largest).toBeLessThanOrEqual(8_000)
})
