import type { OperationClass } from '@gateway/domain'
import { searchWords } from './search-words.ts'

/** What a sentence wants: to know, change or remove something; undefined where it does not say. */
export type Intent = 'read' | 'change' | 'remove' | undefined

/** By the first word that says it: `which buckets are public`, `please add a rule`. */
export const intentOf = (query: string): Intent => {
  for (const word of query.toLowerCase().split(/[^a-z]+/)) {
    if (reads.has(word)) return 'read'
    if (removes.has(word)) return 'remove'
    if (changes.has(word)) return 'change'
  }
  return undefined
}

/** How well the class of an operation fits what is wanted, 1 at most. */
export const fitOf = (intent: Intent, access: OperationClass): number => {
  const isRead = access === 'read' || access === 'sensitive-read'
  if (intent === undefined) return 1
  if (intent === 'read') return isRead ? 1 : misfit
  if (isRead) return misfit
  return intent === 'change' && access === 'destructive' ? misfit : 1
}

/** How much a word says: of what somebody wants to know, verbs are participles, such as in `who created this role`. */
export const worthOf = (intent: Intent, word: string): number =>
  intent === 'read' && verbs.has(word) ? participle : 1

const misfit = 0.65
const participle = 0.4

const reads: ReadonlySet<string> = new Set(
  `are compare count describe did do does download fetch find forecast get has have how inspect is list look lookup print
  read search see show tell view what when where which who whose why`.split(/\s+/),
)
const removes: ReadonlySet<string> = new Set(
  `cancel clear close deactivate delete deregister destroy detach disable disassociate drain drop empty end flush kill
  purge release remove revoke shut stop terminate uninstall unsubscribe untag`.split(/\s+/),
)
const changes: ReadonlySet<string> = new Set(
  `add allocate allow apply approve assign associate attach authorize back block boot bring change configure copy create
  deny deploy edit enable encrypt execute expand extend give grant import increase install invoke join launch limit lower
  make modify move open publish push put raise reboot reduce register rename renew replace request reset resize restart
  restore resume retry roll rotate run save scale schedule send set share start store submit subscribe suspend switch tag
  take trigger turn update upgrade upload use write`.split(/\s+/),
)

/** In the form in which words are compared. */
const verbs: ReadonlySet<string> = new Set([...changes, ...removes].flatMap(searchWords))
