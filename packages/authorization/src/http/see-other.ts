import type { FastifyReply } from 'fastify'

/** Sends a browser on to a page that it gets (RFC 9110 section 15.4.4). */
export const seeOther = (reply: FastifyReply, to: string): FastifyReply =>
  reply.code(303).header('location', to).header('cache-control', 'no-store').send()
