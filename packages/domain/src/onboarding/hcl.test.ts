import { expect, test } from 'vitest'
import { hclBlock, hclComment, hclExpression, jsonEncoded } from './hcl.ts'

test('a block as terraform fmt writes it', () => {
  const inner = hclBlock('inner', [], { one: { a: 'b' } })
  const value = {
    Version: 'x',
    'a:b': [hclExpression('var.a'), 'c'],
    none: undefined,
    Sid: '',
    empty: {},
    list: [],
  }
  expect(
    hclBlock(
      'resource',
      ['kind', 'label'],
      { name: 'x', longer_name: 7, ok: true, policy: jsonEncoded(value) },
      [inner],
    ),
  ).toMatchInlineSnapshot(`
    "resource "kind" "label" {
      name        = "x"
      longer_name = 7
      ok          = true
      policy = jsonencode({
        Version = "x"
        "a:b" = [
          var.a,
          "c",
        ]
        Sid   = ""
        empty = {}
        list  = []
      })

      inner {
        one = {
          a = "b"
        }
      }
    }
    "
  `)
})

// Terraform 1.11 reads each of these back as it was: tried by hand, with `terraform apply` of an output.
test.for<[string, string]>([
  ['a quote "', String.raw`"a quote \""`],
  ['a backslash \\', String.raw`"a backslash \\"`],
  ['${var.x}', String.raw`"\u0024{var.x}"`],
  ['$${var.x}', String.raw`"$\u0024{var.x}"`],
  ['%{ if true }', String.raw`"\u0025{ if true }"`],
  ['\\u0024{x}', String.raw`"\\u0024{x}"`],
  ['$ and % and {', '"$ and % and {"'],
  ['a\nb\r\t\u0000\u0085\u2028', String.raw`"a\u000ab\u000d\u0009\u0000\u0085\u2028"`],
  ['名😀', '"名😀"'],
])('%j', ([text, written]) => {
  expect(hclBlock('b', [], { v: text })).toBe(`b {\n  v = ${written}\n}\n`)
})

test('a name that is no name of HCL is quoted', () => {
  expect(hclBlock('b', ['"${l}'], { '${n}': 1 })).toBe('b "\\"\\u0024{l}" {\n  "\\u0024{n}" = 1\n}\n')
})

test('a comment stays one line', () => {
  expect(hclComment('a\n} resource\r\u2028 b\u0085\u202e')).toBe('# a } resource b\n')
})
