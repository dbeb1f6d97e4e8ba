/** Stateless revisions, newest first. */
export const modernVersions = ['2026-07-28'] as const
