import { offerOf } from '@gateway/domain'
import { expect, test } from 'vitest'
import { legacyCapabilities, modernCapabilities } from './features.ts'
import { samplePrompts, sampleResources } from './testing/sample-offer.ts'
import { sampleTools } from './testing/sample-tools.ts'

const listChanged = true

test('nothing is declared that there is nothing of', () => {
  const tools = offerOf({ tools: sampleTools })
  expect(legacyCapabilities(tools)).toEqual({ tools: { listChanged }, logging: {} })
  expect(modernCapabilities(tools)).toEqual({
    tools: { listChanged },
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  })
  expect(legacyCapabilities(offerOf({ tools: [], prompts: samplePrompts }))).toEqual({
    tools: { listChanged },
    prompts: { listChanged },
    completions: {},
    logging: {},
  })
  expect(modernCapabilities(offerOf({ tools: [], resources: sampleResources }))).toMatchObject({
    resources: { listChanged, subscribe: true },
    completions: {},
  })
})
