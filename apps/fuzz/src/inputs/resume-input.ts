import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Input, Material } from './input.ts'
import { mutateText } from './mutate-json.ts'
import { callerHeaders, type Headers, oneLine, requestText } from './request-text.ts'

/** `Last-Event-ID` of the caller's own streams, of others', and of none; with sessions that are his or not. */
export const resumeInput = (random: Random, material: Material): Input => {
  const { foreign, sessions } = material
  const own = random.chance(0.8)
  const session = own ? random.pick(sessions).id : foreign.session
  const eventId = eventIdOf(random, material)
  const headers: Headers = [
    ...callerHeaders(material).filter(([name]) => name !== 'Content-Type'),
    ['Mcp-Session-Id', random.chance(0.1) ? mutateText(random, session) : session],
    ['Last-Event-ID', eventId],
  ].map(([name = '', value = '']): readonly [string, string] => [name, oneLine(value)])
  const doubled: Headers = random.chance(0.05) ? [...headers, ['Last-Event-ID', '0~0-0']] : headers
  return {
    door: 'gateway',
    what: `from ${eventId.slice(0, 60)} in ${own ? 'a session of his own' : "another's session"}`,
    parts: [requestText('GET', '/mcp', doubled)],
    // Whatever the id: another's session is not there.
    ...(!own && { refused: true }),
  }
}

const eventIdOf = (random: Random, { eventIds, foreign }: Material): string => {
  const known = random.pick([...eventIds, foreign.eventId])
  switch (random.below(6)) {
    case 0:
      return known
    case 1:
      return foreign.eventId
    case 2:
      return random.pick(hostileTexts)
    case 3:
      return random.pick(strange)
    default:
      return mutateText(random, known)
  }
}

const strange = [
  '0',
  '0-0',
  '~',
  '0~',
  '~0-0',
  '0~0-0~0-0',
  '-1~0-0',
  '0~-1--1',
  '0~99999999999999999999-0',
  '0~0-99999999999999999999',
  '0~18446744073709551615-18446744073709551615',
  '0~18446744073709551616-0',
  '1e3~0-0',
  '0~$',
  '0~+',
  '0~(0-0',
  'NaN~NaN',
  `${'9'.repeat(400)}~0-0`,
  '0~0-0'.repeat(500),
]
