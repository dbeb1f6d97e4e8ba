import type { AwsBucket, AwsBudget, LimitVerdict } from '@gateway/domain'

/** A budget that answers what it is told to, and remembers what it was asked. */
export const toldBudget = (
  answer: (bucket: AwsBucket, count: number) => LimitVerdict | Promise<LimitVerdict> = () => ({
    allowed: true,
  }),
) => {
  const taken: AwsBucket[] = []
  const throttled: string[] = []
  const budget: AwsBudget = {
    async take(bucket) {
      taken.push(bucket)
      return answer(bucket, taken.filter(({ key }) => key === bucket.key).length)
    },
    async throttled({ key }) {
      throttled.push(key)
    },
  }
  return { ...budget, taken, throttledKeys: throttled }
}
