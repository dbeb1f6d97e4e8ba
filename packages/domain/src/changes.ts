/** Something that clients of a tenant may want to hear of. */
export type Change =
  | { readonly kind: 'tools' | 'prompts' | 'resources' }
  | { readonly kind: 'resource'; readonly uri: string }

/** Tells all clients of one tenant, whichever replica serves them. */
export interface ChangePublisher {
  publish(tenantId: string, change: Change): Promise<void>
}
