import type { FastifyReply } from 'fastify'
import { pageHeaders } from '../pages/page-headers.ts'

/** Sends a page with the headers of all pages. Forms lead to pages of this host only: those take the browser further. */
export const sendPage = (reply: FastifyReply, page: string, status = 200): FastifyReply =>
  reply
    .code(status)
    .headers(pageHeaders({ formTargets: [] }))
    .send(page)
