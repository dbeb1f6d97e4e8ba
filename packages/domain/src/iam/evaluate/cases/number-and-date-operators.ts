import { allow, casesOf, deny } from './policy-case.ts'

const numbers = 'Condition operators: Numeric condition operators'
const dates = 'Condition operators: Date condition operators'
const on = (operator: string, key: string, value: string | number | (string | number)[]) =>
  allow({ Condition: { [operator]: { [key]: value } } })
const keys = (value: string | undefined) => ({ 's3:max-keys': value })
const at = (value: string | undefined) => ({ 'aws:CurrentTime': value })
const list = 's3:ListBucket'
const noon = '2026-06-15T12:00:00Z'

/** Numeric and date operators. */
export const numberAndDateCases = [
  ...casesOf(numbers, on('NumericLessThanEquals', 's3:max-keys', '10'), [
    ['allow', 'less', list, keys('9')],
    ['allow', 'equal', list, keys('10')],
    ['allow', 'equal, with a point', list, keys('10.0')],
    ['implicit-deny', 'more', list, keys('11')],
    ['implicit-deny', 'more by a little', list, keys('10.5')],
    ['allow', 'numbers are not compared as text', list, keys('9e0')],
    ['implicit-deny', 'nor by their first digit', list, keys('100')],
    ['allow', 'below zero', list, keys('-1')],
    ['implicit-deny', 'no such key', list],
    ['undecided: s3:max-keys', 'not known', list, keys(undefined)],
    ['undecided: s3:max-keys', 'no number', list, keys('ten')],
    ['undecided: s3:max-keys', 'an empty value', list, keys('')],
    ['undecided: s3:max-keys', 'too large to be told from the next', list, keys('9007199254740993')],
  ]),
  ...casesOf(numbers, on('NumericEquals', 's3:max-keys', [1, 2]), [
    ['allow', 'one of two', list, keys('2')],
    ['allow', 'with zeros before it', list, keys('002')],
    ['implicit-deny', 'neither', list, keys('3')],
  ]),
  ...casesOf(numbers, on('NumericNotEquals', 's3:max-keys', [1, 2]), [
    ['implicit-deny', 'one of two', list, keys('2')],
    ['allow', 'neither', list, keys('3')],
    ['allow', 'no such key', list],
  ]),
  ...casesOf(numbers, on('NumericLessThan', 's3:max-keys', 10), [
    ['allow', 'less', list, keys('9.99')],
    ['implicit-deny', 'equal', list, keys('10')],
  ]),
  ...casesOf(numbers, on('NumericGreaterThan', 's3:max-keys', 10), [
    ['implicit-deny', 'equal', list, keys('10')],
    ['allow', 'more', list, keys('10.01')],
  ]),
  ...casesOf(numbers, on('NumericGreaterThanEquals', 's3:max-keys', 10), [
    ['allow', 'equal', list, keys('10')],
    ['implicit-deny', 'less', list, keys('9')],
  ]),
  ...casesOf(
    numbers,
    [allow(), deny({ Condition: { NumericGreaterThan: { 's3:max-keys': 10 } } })],
    [
      ['allow', 'a Deny that does not apply', list, keys('10')],
      ['explicit-deny', 'a Deny that does', list, keys('11')],
      ['undecided: s3:max-keys', 'a Deny of what is no number', list, keys('many')],
    ],
  ),
  ...casesOf(numbers, on('NumericEquals', 's3:max-keys', '${aws:PrincipalTag/most}'), [
    [
      'undecided: s3:max-keys',
      'no variable where a number is due',
      list,
      { ...keys('1'), 'aws:PrincipalTag/most': '1' },
    ],
  ]),
  ...casesOf(dates, on('DateGreaterThan', 'aws:CurrentTime', noon), [
    ['allow', 'later', list, at('2026-06-15T12:00:01Z')],
    ['allow', 'later by a millisecond', list, at('2026-06-15T12:00:00.001Z')],
    ['implicit-deny', 'the same moment', list, at(noon)],
    ['implicit-deny', 'the same moment elsewhere', list, at('2026-06-15T14:00:00+02:00')],
    ['allow', 'later elsewhere', list, at('2026-06-15T08:00:01-0400')],
    ['allow', 'a day after, without a time', list, at('2026-06-16')],
    ['implicit-deny', 'the day itself, which begins before', list, at('2026-06-15')],
    ['allow', 'seconds since 1970', list, at('1781524801')],
    ['implicit-deny', 'seconds since 1970, the same', list, at('1781524800')],
    ['implicit-deny', 'no such key', list],
    ['undecided: aws:CurrentTime', 'not known', list, at(undefined)],
    ['undecided: aws:CurrentTime', 'no time', list, at('tomorrow')],
    ['undecided: aws:CurrentTime', 'a day that does not exist', list, at('2026-02-30')],
    ['undecided: aws:CurrentTime', 'a time without its zone', list, at('2026-06-15T12:00:01')],
    ['undecided: aws:CurrentTime', 'a year, or seconds', list, at('2026')],
  ]),
  ...casesOf(dates, on('DateLessThan', 'aws:CurrentTime', noon), [
    ['allow', 'earlier', list, at('2026-06-15T11:59:59Z')],
    ['implicit-deny', 'the same moment', list, at(noon)],
  ]),
  ...casesOf(dates, on('DateLessThanEquals', 'aws:EpochTime', '1781524800'), [
    ['allow', 'the same moment in seconds', list, { 'aws:EpochTime': '1781524800' }],
    ['allow', 'the same moment as a date', list, { 'aws:EpochTime': noon }],
    ['implicit-deny', 'a second later', list, { 'aws:EpochTime': '1781524801' }],
  ]),
  ...casesOf(dates, on('DateGreaterThanEquals', 'aws:CurrentTime', noon), [
    ['allow', 'the same moment', list, at(noon)],
    ['implicit-deny', 'earlier', list, at('2026-06-15T11:59Z')],
  ]),
  ...casesOf(dates, on('DateEquals', 'aws:CurrentTime', '2026-06'), [
    ['allow', 'the beginning of a month', list, at('2026-06-01T00:00:00Z')],
    ['implicit-deny', 'and not the whole of it', list, at('2026-06-02T00:00:00Z')],
  ]),
  ...casesOf(dates, on('DateNotEquals', 'aws:CurrentTime', noon), [
    ['implicit-deny', 'the same moment', list, at(noon)],
    ['allow', 'no such key', list],
  ]),
  ...casesOf('Global condition keys: aws:EpochTime', on('NumericGreaterThan', 'aws:EpochTime', 1781524800), [
    ['allow', 'as a number, later', list, { 'aws:EpochTime': '1781524801' }],
    ['implicit-deny', 'as a number, the same', list, { 'aws:EpochTime': '1781524800' }],
  ]),
  ...casesOf(
    'Example policies: AWS: allows access based on date and time',
    allow({
      Condition: {
        DateGreaterThan: { 'aws:CurrentTime': '2026-04-01T00:00:00Z' },
        DateLessThan: { 'aws:CurrentTime': '2026-06-30T23:59:59Z' },
      },
    }),
    [
      ['allow', 'between two dates', list, at(noon)],
      ['implicit-deny', 'before the first', list, at('2026-03-31T23:59:59Z')],
      ['implicit-deny', 'after the second', list, at('2026-07-01T00:00:00Z')],
    ],
  ),
]
