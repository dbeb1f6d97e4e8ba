/** A clock that moves only when it is told to. */
export const fakeClock = () => {
  let milliseconds = Date.UTC(2026, 0, 1)
  return {
    now: () => milliseconds,
    wait: async (seconds: number): Promise<void> => {
      milliseconds += Math.round(seconds * 1000)
    },
  }
}
