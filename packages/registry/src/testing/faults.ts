import type { OnFault } from '../on-fault.ts'

/** Faults that were told, in order. */
export const tellingFaults = (): { told: { fields: unknown; message: string }[]; onFault: OnFault } => {
  const told: { fields: unknown; message: string }[] = []
  return { told, onFault: (fields, message) => told.push({ fields, message }) }
}
