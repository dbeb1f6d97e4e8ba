import type { OnFault } from './on-fault.ts'

export interface Listeners<Told> {
  /** The returned function ends that. */
  add(hear: (told: Told) => void): () => void
  tell(told: Told): void
}

/** Who listens; one that throws keeps nobody else from hearing. */
export const createListeners = <Told>(onFault: OnFault): Listeners<Told> => {
  const all = new Set<{ readonly hear: (told: Told) => void }>()
  return {
    add(hear) {
      const entry = { hear }
      all.add(entry)
      return () => {
        all.delete(entry)
      }
    },
    tell(told) {
      for (const { hear } of [...all]) {
        try {
          hear(told)
        } catch (err) {
          onFault({ err }, 'what listens to changes of tenants failed')
        }
      }
    },
  }
}
