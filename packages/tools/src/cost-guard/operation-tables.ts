/** Names of operations by IAM prefix; `*` at the end of one stands for whatever follows. */
export type OperationTable = Readonly<Record<string, string>>

/** Whether a table has an operation. */
export const isListed = (table: OperationTable, service: string, operation: string): boolean => {
  const names = Object.hasOwn(table, service) ? table[service] : undefined
  return (
    names
      ?.split(/\s+/)
      .some((name) => (name.endsWith('*') ? operation.startsWith(name.slice(0, -1)) : name === operation)) ===
    true
  )
}
