import type { AwsAccess, AwsTarget } from './aws.ts'

/** How a request ended; `attempts` is at least 1. */
export interface ReadEnded {
  readonly requestId?: string | undefined
  readonly attempts: number
  /** AWS's code of a failure. */
  readonly errorCode?: string | undefined
}

/** What AWS was asked in favour of a call, to know its permission boundary: not with the call's own target, but a reader's. */
export interface BoundaryReads {
  /** Before a request is sent as `reader`; what it gives is told how that ended. */
  begin(reader: AwsTarget, action: string): (ended: ReadEnded) => void
  /** By reader, for the audit record; empty where nothing had to be read. */
  evidence(): readonly BoundaryReadEvidence[]
}

export interface BoundaryReadEvidence {
  readonly reader: AwsTarget
  readonly sessionName: string
  readonly actions: readonly string[]
  readonly requestIds: readonly string[]
  readonly attempts: number
  readonly errorCode?: string
}

/** Starts the list of one call. */
export const boundaryReads = (access: Pick<AwsAccess, 'sessionName'>): BoundaryReads => {
  const reads: { reader: AwsTarget; action: string; ended?: ReadEnded }[] = []
  return {
    begin(reader, action) {
      const read: (typeof reads)[number] = { reader, action }
      reads.push(read)
      return (ended) => {
        read.ended = ended
      }
    },
    evidence: () =>
      [...Map.groupBy(reads, ({ reader }) => reader)].map(([reader, of]) => {
        const errorCode = of.at(-1)?.ended?.errorCode
        return {
          reader,
          sessionName: access.sessionName(reader),
          actions: of.map(({ action }) => action),
          requestIds: of.flatMap(({ ended }) => ended?.requestId ?? []),
          attempts: of.reduce((sum, { ended }) => sum + (ended?.attempts ?? 1), 0),
          ...(errorCode !== undefined && { errorCode }),
        }
      }),
  }
}
