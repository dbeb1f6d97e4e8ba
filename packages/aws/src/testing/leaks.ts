import { inspect } from 'node:util'

/** Those of `secrets` that can be read in `thrown`, however it is printed and however deep they are. */
export const leaksIn = (thrown: unknown, secrets: readonly string[]): string[] => {
  const printed = [
    inspect(thrown, { depth: null, showHidden: true, getters: true }),
    JSON.stringify(thrown, (_key, value: unknown) =>
      value instanceof Error
        ? { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause }
        : value,
    ),
  ].join('\n')
  return secrets.filter((secret) => printed.includes(secret))
}
