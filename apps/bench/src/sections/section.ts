import type { SignIn } from '@gateway/backends'
import type { Turns } from '../load/load-round.ts'
import type { Column, Row } from '../table.ts'
import type { Figures } from '../targets.ts'

/** What every section of the bench works with. */
export interface Bench extends Turns {
  readonly signIn: SignIn
  /** Empty database of its own; asked for only by sections that need it. */
  redisUrl(): string
}

/** What a section found. */
export interface Section {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly figures: Figures
}
