// Loaded into a gateway by `--import`: its clock is an hour ahead.
const aheadMs = 3_600_000
const RealDate = Date
const realNow = Date.now

class AheadDate extends RealDate {
  static override now(): number {
    return realNow() + aheadMs
  }

  constructor(...parts: readonly unknown[]) {
    super(...((parts.length === 0 ? [realNow() + aheadMs] : parts) as [number]))
  }
}

globalThis.Date = AheadDate as DateConstructor
