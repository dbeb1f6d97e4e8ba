import { randomOf } from '../random.ts'
import { argumentInput } from './argument-input.ts'
import { cursorInput } from './cursor-input.ts'
import { httpInput } from './http-input.ts'
import type { Input, Material, Target } from './input.ts'
import { jwtInput } from './jwt-input.ts'
import { resumeInput } from './resume-input.ts'
import { rpcInput } from './rpc-input.ts'
import { socketInput } from './socket-input.ts'

/** An input by its place in a run: the same seed, place and material give the same bytes. */
export interface Numbered extends Input {
  readonly seed: number
  readonly index: number
  readonly target: Target
}

/** Input `index` of the run with `seed`, of one of the kinds in `only`. */
export const makeInput = (
  seed: number,
  index: number,
  { only, material }: { readonly only: readonly Target[]; readonly material: Material },
): Numbered => {
  const target = only[index % only.length]
  if (target === undefined) throw new RangeError('no kind of input is asked for')
  const bytes = [index >> 16, index >> 8, index].map((each) => each & 255)
  const from = { ...material, source: `10.${bytes.join('.')}` }
  return { ...makers[target](randomOf(seed, index), from), seed, index, target }
}

const makers = {
  http: httpInput,
  rpc: rpcInput,
  jwt: jwtInput,
  resume: resumeInput,
  cursors: cursorInput,
  arguments: argumentInput,
  sockets: socketInput,
} as const
