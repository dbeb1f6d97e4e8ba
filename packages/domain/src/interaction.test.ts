import { expect, test } from 'vitest'
import { type InputRequest, isInputNeeded, missingCapabilities, needInput } from './interaction.ts'

const form: InputRequest = { method: 'elicitation/create', params: { mode: 'form' } }
const oldForm: InputRequest = { method: 'elicitation/create', params: {} }
const page: InputRequest = { method: 'elicitation/create', params: { mode: 'url' } }
const sampling: InputRequest = { method: 'sampling/createMessage', params: {} }
const roots: InputRequest = { method: 'roots/list', params: {} }

test.for<[string, Record<string, InputRequest>, object]>([
  ['nothing', {}, {}],
  ['a form, of one that says no more', { form, oldForm }, { elicitation: {} }],
  ['a form, of one that has forms', { form, oldForm }, { elicitation: { form: {} } }],
  ['a form and a page, of one that has both', { form, page }, { elicitation: { form: {}, url: {} } }],
  ['a page, of one that has pages alone', { page }, { elicitation: { url: {} } }],
  ['sampling and roots', { sampling, roots }, { sampling: {}, roots: { listChanged: true } }],
])('%s can be asked', ([, requests, declared]) => {
  expect(missingCapabilities(requests, declared as Record<string, unknown>)).toBeUndefined()
})

test.for<[string, Record<string, InputRequest>, object, object]>([
  ['a form, of one that declares nothing', { form }, {}, { elicitation: {} }],
  [
    'a form, of one that has pages alone',
    { form },
    { elicitation: { url: {} } },
    { elicitation: { form: {} } },
  ],
  ['a page, of one that says no more', { page }, { elicitation: {} }, { elicitation: { url: {} } }],
  [
    'a page, of one that has forms alone',
    { page },
    { elicitation: { form: {} } },
    { elicitation: { url: {} } },
  ],
  ['both, of one that declares nothing', { form, page }, {}, { elicitation: { url: {} } }],
  ['both in the other order', { page, form }, {}, { elicitation: { url: {} } }],
  ['sampling', { sampling }, { elicitation: {} }, { sampling: {} }],
  ['roots', { roots }, { sampling: {} }, { roots: {} }],
  ['all', { form, sampling, roots }, {}, { elicitation: {}, sampling: {}, roots: {} }],
  ['one of two', { form, sampling }, { elicitation: {} }, { sampling: {} }],
  ['a form, where the declaration is no object', { form }, { elicitation: true }, { elicitation: {} }],
  ['sampling, where the declaration is a list', { sampling }, { sampling: [] }, { sampling: {} }],
  ['roots, where the declaration is null', { roots }, { roots: null }, { roots: {} }],
])('%s cannot be asked', ([, requests, declared, missing]) => {
  expect(missingCapabilities(requests, declared as Record<string, unknown>)).toEqual(missing)
})

test('a question is told from an answer, with a state or without', () => {
  expect(needInput({ form })).toEqual({ needs: { form } })
  expect(needInput({ form }, null)).toEqual({ needs: { form }, state: null })
  expect([needInput({ form }), { data: {} }, {}, []].map(isInputNeeded)).toEqual([true, false, false, false])
})
