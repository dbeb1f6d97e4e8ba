import { expect, test } from 'vitest'
import { everyPage } from './testing/every-page.ts'

const hostile = [
  '<script>alert(1)</script>',
  '</title></style><script src=//evil.example></script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '" style="background:url(//evil.example)" x="',
  '--><svg/onload=alert(1)>',
  'javascript:alert(1)//',
  '&lt;script&gt;',
  'a\r\nb\u2028c',
  '\u202egnp.exe\u2066',
  '{{7*7}}${7*7}`',
  '$& $1 $$',
  '\u0000\ud800',
  'x'.repeat(20_000),
  '',
]

const tagsOf = (page: string) =>
  [
    ...page
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .matchAll(/<(\/?)([a-z]\w*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*>/g),
  ].map(([, end, name = '', attributes = '']) => ({
    end: end === '/',
    name,
    attributes: new Map(
      [...attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, value]),
    ),
  }))

/** What a page is made of: its elements with the names of their attributes. */
const shapeOf = (page: string) =>
  tagsOf(page).map(
    ({ end, name, attributes }) => `${end ? '/' : ''}${name} ${[...attributes.keys()].join(' ')}`,
  )

const usual = everyPage('x')
const pages = Object.keys(usual)

test.each(hostile)('C28, C29: the text %j adds no element and no attribute to any page', (text) => {
  const shapes = Object.entries(everyPage(text))
  for (const [name, page] of shapes) {
    const left = (shape: string[]) => shape.filter((each) => !/^\/?bdi /.test(each))
    // What a name is quoted in is left out where nothing of the name is left.
    const without = text.replace(/[\p{C}\s]/gu, '') === ''
    if (!without) expect([name, left(shapeOf(page))]).toEqual([name, left(shapeOf(usual[name] ?? ''))])
    expect([name, /<script|<img|<iframe|<link|<object|<embed|<base|<svg\//i.test(page)]).toEqual([
      name,
      false,
    ])
    expect([name, /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u.test(page)]).toEqual([name, false])
  }
})

test.each(pages)('%s: no script, no handler, no style of its own, nothing to load', (name) => {
  const tags = tagsOf(usual[name] ?? '')
  expect(tags.length).toBeGreaterThan(20)
  const names = tags.flatMap(({ attributes }) => [...attributes.keys()])
  expect(names.filter((each) => /^(on.*|style|src|srcset|background|ping|formaction)$/.test(each))).toEqual(
    [],
  )
  const loading = ['script', 'img', 'link', 'iframe', 'object', 'embed', 'base', 'video', 'audio', 'use']
  expect(tags.filter((tag) => loading.includes(tag.name))).toEqual([])
})

test.each(pages)('%s: every element is closed in its turn', (name) => {
  const open: string[] = []
  for (const tag of tagsOf(usual[name] ?? '')) {
    if (['meta', 'input', 'path', 'circle'].includes(tag.name)) continue
    if (tag.end) expect(open.pop()).toBe(tag.name)
    else open.push(tag.name)
  }
  expect(open).toEqual([])
  // Whatever looks like the start of an element was read as one.
  const unread = (usual[name] ?? '').replace(/<!doctype html>/, '').replace(/<style>[\s\S]*?<\/style>/, '')
  const starts = unread.match(/<(?!\/?(path|circle))/g)?.length
  expect(
    tagsOf(usual[name] ?? '').filter(({ name: each }) => !['path', 'circle'].includes(each)).length,
  ).toBe(starts)
})

test.each(pages)(
  '%s: a screen reader finds language, title, landmarks and one heading before all others',
  (name) => {
    const page = usual[name] ?? ''
    const tags = tagsOf(page).filter(({ end }) => !end)
    const count = (tag: string) => tags.filter((each) => each.name === tag).length
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>\S/)
    expect(['header', 'main', 'h1', 'title'].map(count)).toEqual([1, 1, 1, 1])
    const headings = tags.filter((each) => /^h[1-6]$/.test(each.name)).map((each) => each.name)
    expect(headings).toEqual(['h1', ...headings.slice(1).map(() => 'h2')])
    const viewport = tags.find((each) => each.attributes.get('name') === 'viewport')
    expect(viewport?.attributes.get('content')).toBe('width=device-width, initial-scale=1')
    const pictures = tags.filter((each) => each.name === 'svg')
    expect(pictures.every((each) => each.attributes.get('aria-hidden') === 'true')).toBe(true)
  },
)

test.each(pages)('%s: every field has a label, and what describes it is there once', (name) => {
  const tags = tagsOf(usual[name] ?? '').filter(({ end }) => !end)
  const ids = tags.flatMap((each) => each.attributes.get('id') ?? [])
  expect(new Set(ids).size).toBe(ids.length)
  const labels = tags.filter((each) => each.name === 'label').map((each) => each.attributes.get('for'))
  const fields = tags.filter(
    (each) => each.name === 'textarea' || (each.name === 'input' && each.attributes.get('type') !== 'hidden'),
  )
  expect(fields.map((each) => each.attributes.get('id'))).toEqual(labels)
  const described = fields.flatMap((each) => each.attributes.get('aria-describedby')?.split(' ') ?? [])
  expect(described.filter((id) => !ids.includes(id))).toEqual([])
  expect(described.length).toBeGreaterThanOrEqual(fields.length)
  const forms = tags.filter((each) => each.name === 'form')
  expect(forms.every((each) => each.attributes.get('method') === 'post')).toBe(true)
  const tokens = tags.filter((each) => each.attributes.get('name') === 'csrf')
  expect(tokens.length).toBe(forms.length)
})
