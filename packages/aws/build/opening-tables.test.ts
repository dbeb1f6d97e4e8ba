import { expect, test } from 'vitest'
import { membersOf } from './input-members.ts'
import { openings } from './opening-tables.ts'
import { sdkOperations } from './sdk-operations.ts'

test.for(Object.entries(openings))(
  'members that open something, of %s, are members',
  async ([service, operations]) => {
    const known = new Map((await sdkOperations(service)).map((each) => [each.name, membersOf(each.input)]))
    for (const [operation, paths] of Object.entries(operations)) {
      const first = paths.split(/\s+/).map((path) => path.split('.')[0] ?? '')
      const names = first.flatMap((name) => name.replace('!', '').split('|'))
      for (const name of names) expect(known.get(operation), `${operation} ${name}`).toContain(name)
    }
  },
)
