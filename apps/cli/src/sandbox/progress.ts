/** Tells a person, one line per step, what is being done and how long it took. */
export interface Progress {
  /** Runs one step; `summary` makes the end of its line from its result. */
  step<Result>(
    name: string,
    work: (say: (line: string) => void) => Promise<Result>,
    summary: (result: Result) => string,
  ): Promise<Result>
}

/** Writes each step's name when it begins and the rest of its line when it ends. */
export const createProgress = (write: (text: string) => void): Progress => ({
  async step(name, work, summary) {
    const begin = () => write(`  ${name.padEnd(14)}`)
    const started = performance.now()
    begin()
    let open = true
    const say = (line: string) => {
      // Once the step has ended, whatever still goes on in it interrupts nobody's line any more.
      if (!open) return
      write(`${line}\n`)
      begin()
    }
    try {
      const result = await work(say)
      write(`${summary(result)}  (${((performance.now() - started) / 1000).toFixed(1)} s)\n`)
      return result
    } catch (thrown) {
      write('\n')
      throw thrown
    } finally {
      open = false
    }
  },
})
