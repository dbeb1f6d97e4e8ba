import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { pageStyle, pageStyleSource } from './page-style.ts'
import { everyPage } from './testing/every-page.ts'

const rootsOf = (css: string) =>
  [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, body = '']) =>
    Object.fromEntries(
      [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
    ),
  )

const [light = {}, dark = {}] = rootsOf(pageStyle)

/** Relative luminance, WCAG 2.2. */
const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const contrast = (one: string, other: string): number => {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

test('contrast is computed as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

const texts = [
  ['ink', 'card'],
  ['ink', 'paper'],
  ['soft', 'card'],
  ['soft', 'paper'],
  ['accent', 'card'],
  ['accent-strong', 'card'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['notice-ink', 'notice-card'],
  ['fault', 'card'],
] as const

const shapes = [
  ['edge', 'card'],
  ['fault', 'card'],
  ['accent', 'card'],
  ['accent', 'paper'],
  ['focus', 'card'],
  ['notice-edge', 'card'],
] as const

test.each([
  ['light', light],
  ['dark', dark],
])('in the %s scheme texts have a contrast of 4.5 and what is drawn one of 3 (WCAG AA)', (_, colours) => {
  const below = (pairs: readonly (readonly [string, string])[], least: number) =>
    pairs.filter(([one, other]) => !(contrast(colours[one] ?? '', colours[other] ?? '') >= least))
  expect(below(texts, 4.5)).toEqual([])
  expect(below(shapes, 3)).toEqual([])
})

test('both schemes have the same colours, and every colour that is used', () => {
  expect(Object.keys(dark)).toEqual(Object.keys(light))
  const used = new Set([...pageStyle.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name))
  expect([...used].sort()).toEqual(Object.keys(light).sort())
})

test('the style of every page is the one whose hash the policy names, and loads nothing', () => {
  for (const [name, page] of Object.entries(everyPage('x'))) {
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = '']) => style)
    const sources = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    expect([name, sources]).toEqual([name, [pageStyleSource]])
  }
  expect(pageStyle).not.toMatch(/url\(|@import|@font-face|expression|<|\\/)
})
