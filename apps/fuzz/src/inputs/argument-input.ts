import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Input, Json, Material } from './input.ts'
import { mutateJson } from './mutate-json.ts'
import { legacyMessage, modernMessage, postText } from './request-text.ts'
import { valueBySchema } from './schema-value.ts'

/** Calls of every tool with arguments by its schema: valid, valid but for one thing, or hostile in its texts. */
export const argumentInput = (random: Random, material: Material): Input => {
  const tool = random.pick(material.tools)
  const hostile = random.chance(0.4)
  let args: unknown = valueBySchema(random, tool.schema, { hostile })
  const times = random.pick([0, 0, 0, 1, 1, 2])
  for (let n = 0; n < times; n++) args = mutateJson(random, args)
  // Members that would name another tenant are none that a tool has.
  const trespass = random.chance(0.05)
  if (trespass && isObject(args)) args = { ...args, account: '222222222222' }
  const params: Json = { name: tool.name, arguments: args }
  const withKey = random.chance(0.05) ? { ...params, idempotencyKey: random.pick(hostileTexts) } : params
  return {
    door: 'gateway',
    what: `${tool.name}, ${hostile ? 'hostile' : 'plain'} texts, ${times} changes`,
    parts: [
      postText(
        material,
        random.chance(0.5)
          ? modernMessage('tools/call', withKey)
          : legacyMessage(random.pick(material.sessions), 'tools/call', withKey),
      ),
    ],
    ...(trespass && isObject(args) && { refused: true }),
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
