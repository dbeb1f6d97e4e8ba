import { type Interaction, logLevels } from '@gateway/domain'
import type { Answered, Exchange } from './exchange.ts'
import { isObject, notificationText } from './rpc.ts'

/** What a handler may tell the client of one exchange, and what the client answered so far. */
export const interactionOf = (exchange: Exchange, params: object, answered: Answered): Interaction => {
  const token = progressTokenOf(params)
  return {
    capabilities: exchange.capabilities,
    answers: answered.answers,
    state: answered.state,
    progress(progress, total, message) {
      if (token === undefined || exchange.signal.aborted) return
      const said = message !== undefined && exchange.version > '2024-11-05' && { message }
      const params = { progressToken: token, progress, ...(total !== undefined && { total }), ...said }
      exchange.send(notificationText('notifications/progress', params), 'information')
    },
    log(level, data) {
      const { logLevel } = exchange
      if (logLevel === undefined || exchange.signal.aborted) return
      if (logLevels.indexOf(level) < logLevels.indexOf(logLevel)) return
      exchange.send(
        notificationText('notifications/message', { level, logger: 'gateway', data }),
        'information',
      )
    },
    closeStream: () => exchange.closeStream(),
  }
}

const progressTokenOf = (params: object): string | number | undefined => {
  const meta = '_meta' in params && isObject(params._meta) ? params._meta : undefined
  const token = meta?.progressToken
  if (typeof token === 'string' && token.length <= 256) return token
  return typeof token === 'number' && Number.isSafeInteger(token) ? token : undefined
}
