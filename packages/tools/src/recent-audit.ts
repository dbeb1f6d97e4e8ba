import { defineResource } from '@gateway/domain'
import { shownEvent } from './audit/shown-event.ts'

/** Events in one answer. */
const shown = 50

/** Who did what lately, as the audit log has it; asks AWS nothing. */
export const recentAudit = defineResource({
  uri: 'aws://audit/recent',
  name: 'recent-audit',
  title: 'Recent calls',
  description:
    'The newest audit events, newest first: your own calls, allowed and refused; for administrators (aws:admin) those of everybody of the tenant.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: [],
  readsStore: true,
  async read({ grant, recentEvents }, { uri }) {
    const events = await recentEvents(shown)
    const of = grant.principal.scopes.includes('aws:admin') ? 'tenant' : 'user'
    const text = JSON.stringify({ of, events: events.map(shownEvent) })
    return [{ uri, mimeType: 'application/json', text }]
  },
})
