import { boundedText } from '../bounded-text.ts'

/** An id as `context.operations.seal` makes them: what is no id at all is refused here. */
export const operationId = boundedText(2048, {
  form: /^[\w-]+\.[\w-]+$/,
  message: 'must be an operationId of an earlier answer',
})
