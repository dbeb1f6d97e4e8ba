import { type Scope, scopes } from '@gateway/domain'

interface ScopeWords {
  /** What an app that asks for it may do. */
  readonly may: string
  /** The same where a person may add it. */
  readonly also: string
  readonly means: string
}

/** What a scope lets an app do, for a person who has never heard of scopes. */
export const wordsOfScope: Readonly<Record<Scope, ScopeWords>> = {
  'aws:read': {
    may: 'Look at your company’s AWS',
    also: 'Also let it look at your company’s AWS',
    means: 'List and describe what is there, read metrics and logs.',
  },
  'aws:write': {
    may: 'Make changes',
    also: 'Also let it make changes',
    means: 'Create, change, start, stop and delete. Each destructive step asks you again.',
  },
  'aws:admin': {
    may: 'Do what takes an administrator',
    also: 'Also let it do what takes an administrator',
    means: 'Read secrets, change who may do what, see what colleagues did here.',
  },
}

/** Scopes that the person may add: all others where an app asked for no more than to look. */
export const furtherScopes = (asked: readonly Scope[]): readonly Scope[] =>
  asked.every((scope): boolean => scope === 'aws:read')
    ? scopes.filter((scope) => !asked.includes(scope))
    : []
