import { type RecordKey, tenantKey } from '@gateway/domain'

/** The key of a record, or undefined for an id that is not of the shape that we make: such a record is unknown. */
export const recordKey = ({ tenantId, kind, id, owner }: RecordKey): string | undefined => {
  if (!shape.test(id)) return undefined
  if (owner === undefined) return tenantKey(tenantId, 'rec', kind, id)
  return shape.test(owner) ? tenantKey(tenantId, 'rec', kind, owner, id) : undefined
}

/** The key of a record about to be stored; an id of another shape is our own mistake. */
export const newRecordKey = (record: RecordKey): string => {
  const key = recordKey(record)
  if (key === undefined) throw new RangeError('the id of a record is 1-128 letters, digits, ~, - or _')
  return key
}

const shape = /^[\w~-]{1,128}$/
