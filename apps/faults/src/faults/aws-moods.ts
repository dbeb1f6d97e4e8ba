import type { Fault } from '../fault.ts'
import type { Mood } from '../stage/aws-front.ts'

const moody = (mood: Mood, what: string): Fault => ({
  name: `aws-${mood}`,
  what,
  async strike({ aws }) {
    aws.mood = mood
    return async () => {
      aws.mood = 'well'
    }
  },
})

/** AWS takes its time. */
export const awsSlow = moody('slow', 'every answer of AWS takes 1.5 s')
/** AWS has enough of the account. */
export const awsThrottling = moody('throttling', 'AWS throttles two of three requests')
/** AWS fails, and not always before it has done what it was asked. */
export const awsFailing = moody('failing', 'AWS answers 500, every other time after it was done')
/** AWS says nothing any more. */
export const awsHanging = moody('hanging', 'AWS never answers, every other time after it was done')
