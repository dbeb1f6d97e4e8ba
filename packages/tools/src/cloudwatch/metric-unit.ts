import type { StandardUnit } from '@aws-sdk/client-cloudwatch'
import { closestName } from '@gateway/domain'
import { z } from 'zod'

/** Every unit of CloudWatch; a record, so that none can be missing. */
const units: Readonly<Record<StandardUnit, true>> = {
  Bits: true,
  'Bits/Second': true,
  Bytes: true,
  'Bytes/Second': true,
  Count: true,
  'Count/Second': true,
  Gigabits: true,
  'Gigabits/Second': true,
  Gigabytes: true,
  'Gigabytes/Second': true,
  Kilobits: true,
  'Kilobits/Second': true,
  Kilobytes: true,
  'Kilobytes/Second': true,
  Megabits: true,
  'Megabits/Second': true,
  Megabytes: true,
  'Megabytes/Second': true,
  Microseconds: true,
  Milliseconds: true,
  None: true,
  Percent: true,
  Seconds: true,
  Terabits: true,
  'Terabits/Second': true,
  Terabytes: true,
  'Terabytes/Second': true,
}

const isUnit = (text: string): text is StandardUnit => Object.hasOwn(units, text)

/** A unit of CloudWatch. The schema does not list them: they would cost every model tokens, and are known. */
export const unitInput = z.string().refine(isUnit, {
  error: ({ input }) => {
    const meant = closestName(String(input), Object.keys(units))
    return `must be a unit of CloudWatch${meant === undefined ? ' such as Percent or Bytes/Second' : `: did you mean ${meant}?`}`
  },
})
