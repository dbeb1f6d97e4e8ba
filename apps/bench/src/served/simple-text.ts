/** The tool that every server of the bench offers, in the words of the conformance suite. */
export const simpleText = {
  name: 'test_simple_text',
  description: 'Returns a simple text',
  text: 'This is a simple text response for testing.',
} as const

/** Its entry in `tools/list`. */
export const simpleTextEntry = {
  name: simpleText.name,
  description: simpleText.description,
  inputSchema: { type: 'object' as const, properties: {} },
}

/** What a call of it results in. */
export const simpleTextResult = () => ({ content: [{ type: 'text' as const, text: simpleText.text }] })
