import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Input, Json, Material } from './input.ts'
import { flippedBit, mutateText } from './mutate-json.ts'
import { legacyMessage, modernMessage, postText } from './request-text.ts'

/** Cursors that are broken, of another person, of another call, or huge; in tools and in lists. */
export const cursorInput = (random: Random, material: Material): Input => {
  const own = random.pick(material.cursors)
  const { what, cursor, refused } = cursorOf(random, material, own.cursor)
  const inTool = random.chance(0.75)
  const other = random.chance(0.15) ? { ...own.args, region: 'us-east-1' } : own.args
  const [method, params]: readonly [string, Json] = inTool
    ? ['tools/call', { name: own.tool, arguments: { ...other, [own.member]: cursor } }]
    : [random.pick(lists), { cursor }]
  const { foreign } = material
  const isForeign = foreign.cursors.includes(cursor)
  const message = random.chance(0.5)
    ? modernMessage(method, params)
    : legacyMessage(random.pick(material.sessions), method, params)
  return {
    door: 'gateway',
    what: `${inTool ? own.tool : method}: ${what}`,
    parts: [postText(material, message)],
    ...((refused || isForeign || !inTool) && cursor !== '' && { refused: true }),
  }
}

const lists = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']

interface Made {
  readonly what: string
  readonly cursor: string
  readonly refused: boolean
}

const cursorOf = (random: Random, { foreign }: Material, own: string): Made => {
  switch (random.below(7)) {
    case 0:
      return { what: 'of another tenant', cursor: random.pick(foreign.cursors), refused: true }
    case 1:
      return wrong('a bit changed', own, flippedBit(random, own))
    case 2:
      return wrong('cut', own, own.slice(0, random.below(own.length)))
    case 3:
      return wrong('huge', own, own + 'A'.repeat(random.pick([100, 5_000, 200_000])))
    case 4:
      return { what: 'a text', cursor: random.pick(hostileTexts), refused: true }
    case 5: {
      const [body = '', mac = ''] = own.split('.')
      const [otherBody = '', otherMac = ''] = random.pick(foreign.cursors).split('.')
      const cursor = random.pick([
        `${body}.${otherMac}`,
        `${otherBody}.${mac}`,
        `.${mac}`,
        `${body}.`,
        `${body}=.${mac}`,
        `${mac}.${body}`,
        `${body}.${mac}.${mac}`,
        '.'.repeat(1_000),
      ])
      return wrong('put together otherwise', own, cursor)
    }
    default:
      return wrong('mutated', own, mutateText(random, own))
  }
}

const wrong = (what: string, own: string, cursor: string): Made => ({
  what,
  cursor,
  refused: cursor !== own,
})
