import { ConfigurationError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { readYaml } from './read-yaml.ts'

test.each([
  ['name: Initech\nregions: [eu-west-1]\n', { name: 'Initech', regions: ['eu-west-1'] }],
  ['{"name": "Initech", "budget": null}', { name: 'Initech', budget: null }],
  ['a: &x {b: 1}\nc: {<<: *x, d: 2}', { a: { b: 1 }, c: { b: 1, d: 2 } }],
  ['', null],
  ['name: ${HOME}', { name: '${HOME}' }],
])('%j', (text, value) => {
  expect(readYaml(text, 'f')).toEqual(value)
})

test.each([
  ['a: 1\nsecret: [', /^line \d+: not valid YAML/],
  ['a: 1\na: secret', /^line \d+: not valid YAML \(DUPLICATE_KEY\)/],
  ['a: *secret', /not valid YAML|cannot be followed/],
  [`a: &a [x]\n${bomb()}`, /cannot be followed/],
])('%j is a fault that quotes nothing', (text, fault) => {
  try {
    readYaml(text, 'tenant.yaml')
    expect.unreachable()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfigurationError)
    const { faults, message } = thrown as ConfigurationError
    expect(faults[0]).toMatch(fault)
    expect(message).not.toContain('secret')
  }
})

/** Aliases of aliases that would be millions of values. */
function bomb(): string {
  const letters = [...'abcdefgh']
  return letters
    .slice(1)
    .map((letter, i) => `${letter}: &${letter} [${Array(9).fill(`*${letters[i]}`).join(', ')}]`)
    .join('\n')
}
