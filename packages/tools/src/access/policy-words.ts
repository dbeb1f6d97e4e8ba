import type { PolicyDocument } from '@gateway/domain'

type Statement = PolicyDocument['Statement'][number]

/** Statements of a policy in plain words, those that deny first, since they win. */
export const policyWords = ({ Statement }: PolicyDocument): readonly string[] => {
  const words = (effect: Statement['Effect']) =>
    Statement.flatMap((each, i) => (each.Effect === effect ? [statementWords(each, i)] : []))
  const all = [...words('Deny'), ...words('Allow')]
  const more = all.length - mostStatements
  return more > 0 ? [...all.slice(0, mostStatements), `${more} more statements.`] : all
}

const mostStatements = 50

const statementWords = (statement: Statement, index: number): string => {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = statement
  const verb = Effect === 'Deny' ? 'denies' : 'allows'
  const actions = Action ? listed(Action, 'every action') : `all but ${listed(NotAction)}`
  const resources = Resource ? listed(Resource, 'any resource') : `all but ${listed(NotResource)}`
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${key} ${operator} ${listed([values].flat().map(String))}`),
  )
  const when = conditions.length > 0 ? `, if ${conditions.join(' and ')}` : ''
  return `${Sid || `Statement ${index + 1}`} ${verb} ${actions} on ${resources}${when}.`
}

const listed = (texts: string | readonly string[] | undefined, all = '*'): string => {
  const list = [texts ?? []].flat()
  if (list.includes('*')) return all
  const shown = list.slice(0, 20).join(', ')
  return list.length > 20 ? `${shown} and ${list.length - 20} more` : shown
}
