import { maxStops, type Stop, type StopStore } from '@gateway/domain'
import { byId, tooManyStops } from './stop-order.ts'

/** Stops of one process, which end with it, so that there is no loss to notice; `most` is `maxStops` where it is absent. */
export const memoryStopStore = ({ most = maxStops }: { readonly most?: number } = {}): StopStore => {
  const kept = new Map<string, Stop>()
  return {
    async list() {
      return [...kept.values()].sort(byId)
    },
    async put(stop) {
      if (!kept.has(stop.id) && kept.size >= most) throw tooManyStops(most)
      kept.set(stop.id, structuredClone(stop))
    },
    async remove(id) {
      return kept.delete(id)
    },
  }
}
