import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errors, type InteractionResults } from 'oidc-provider'
import { z } from 'zod'
import { type Issuer, subjectOf } from './issuer.ts'
import type { Issuers } from './issuers.ts'
import { pageHeaders } from './page.ts'
import { equalSecrets } from './secrets.ts'
import { signInPaths } from './sign-in.ts'
import { failurePage, signInPage } from './sign-in-pages.ts'
import type { SignIn, SignIns } from './sign-ins.ts'

interface SignInRoutes {
  readonly issuers: Issuers
  readonly signIns: SignIns
  readonly secret?: string | undefined
}

interface Company {
  readonly issuer: Issuer
  readonly signIn: SignIn
}

interface TenantRoute {
  Params: { tenant: string; uid?: string }
}

type TenantRequest = FastifyRequest<TenantRoute>

const fields = z.object({
  user: z.string().optional(),
  cancel: z.string().optional(),
  secret: z.string().optional(),
})

/** Serves what people and the authorization server ask of a company's sign-in, each below the company's name. */
export const signInRoutes = (app: FastifyInstance, { issuers, signIns, secret }: SignInRoutes): void => {
  const company = async (request: TenantRequest): Promise<Company | undefined> => {
    const issuer = await issuers.find(request.params.tenant)
    const signIn = issuer && signIns.of(issuer)
    return signIn && { issuer, signIn }
  }

  const served = async (request: TenantRequest, reply: FastifyReply) => {
    const found = await company(request)
    return found ? serve(found, request, reply) : reply.callNotFound()
  }

  app.register(async (raw) => {
    // The provider reads bodies itself.
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('application/x-www-form-urlencoded', (_request, _body, done) => done(null))
    const { authorize, token, userinfo, signOut } = signInPaths
    raw.get<TenantRoute>(`/:tenant${authorize}`, async (request, reply) => {
      const found = await company(request)
      if (!found) return reply.callNotFound()
      const { searchParams } = new URL(request.raw.url ?? '', found.issuer.url)
      // The provider would tell even that it is refused in the mode that was asked for: by a page that needs a script.
      const plain = searchParams.getAll('response_mode').every((mode) => mode === 'query')
      return plain
        ? serve(found, request, reply)
        : failed(found.issuer, reply, 'response_mode must be query.')
    })
    raw.get<TenantRoute>(`/:tenant${authorize}/:uid`, served)
    raw.post<TenantRoute>(`/:tenant${token}`, served)
    raw.get<TenantRoute>(`/:tenant${userinfo}`, served)
    raw.post<TenantRoute>(`/:tenant${userinfo}`, served)
    raw.post<TenantRoute>(`/:tenant${signOut}/confirm`, served)
    raw.get<TenantRoute>(`/:tenant${signOut}/success`, served)
    raw.get<TenantRoute>(`/:tenant${signOut}`, async (request, reply) => {
      const found = await company(request)
      if (!found) return reply.callNotFound()
      // Where nobody is signed in, the provider would answer with a page that needs a script.
      if (await someoneSignedIn(found, request, reply)) return serve(found, request, reply)
      return reply.redirect(`${found.issuer.url}${signOut}/success`, 303)
    })
  })

  const login = `/:tenant${signInPaths.login}/:uid`
  app.get<TenantRoute>(login, async (request, reply) => {
    const found = await company(request)
    if (!found) return reply.callNotFound()
    const interaction = await interactionOf(found, request, reply)
    return interaction ? ask(found.issuer, request, reply, false) : failed(found.issuer, reply, expired)
  })

  app.post<TenantRoute>(login, async (request, reply) => {
    const found = await company(request)
    if (!found) return reply.callNotFound()
    const { issuer, signIn } = found
    const interaction = await interactionOf(found, request, reply)
    if (!interaction) return failed(issuer, reply, expired)
    const form = fields.safeParse(request.body).data ?? {}
    const user = issuer.users.find(({ id }) => id === form.user)
    const finish = async (result: InteractionResults) => {
      const options = { mergeWithLastSubmission: false }
      return reply.redirect(
        await signIn.provider.interactionResult(request.raw, reply.raw, result, options),
        303,
      )
    }
    if (form.cancel !== undefined) {
      return finish({ error: 'access_denied', error_description: 'the person did not want to sign in' })
    }
    if (secret !== undefined && !equalSecrets(secret, form.secret ?? ''))
      return ask(issuer, request, reply, true)
    if (!user) return ask(issuer, request, reply, false)
    const accountId = subjectOf(issuer.tenantId, user.id)
    // The provider changes from one person to another by a page that needs a script, so the first leaves before.
    if (interaction.session && interaction.session.accountId !== accountId) {
      const session = await signIn.provider.Session.findByUid(interaction.session.uid)
      delete interaction.session
      await interaction.persist()
      await session?.destroy()
    }
    return finish({ login: { accountId }, select_account: {} })
  })

  const ask = (issuer: Issuer, request: TenantRequest, reply: FastifyReply, wrong: boolean) => {
    const action = `${new URL(issuer.url).pathname}${signInPaths.login}/${request.params.uid}`
    return reply
      .code(request.method === 'GET' ? 200 : 400)
      .headers(pageHeaders())
      .send(signInPage(issuer, { action, secret: secret !== undefined, wrong }))
  }
}

const expired = 'It is over, took too long, or was begun in another browser.'

const failed = ({ name }: Issuer, reply: FastifyReply, reason: string) =>
  reply.code(400).headers(pageHeaders()).send(failurePage(name, reason))

/** The sign-in under way, if it is the one that the URL names and was begun in this browser. */
const interactionOf = async ({ signIn }: Company, request: TenantRequest, reply: FastifyReply) => {
  try {
    const interaction = await signIn.provider.interactionDetails(request.raw, reply.raw)
    return interaction.uid === request.params.uid ? interaction : undefined
  } catch (thrown) {
    if (thrown instanceof errors.SessionNotFound) return undefined
    throw thrown
  }
}

const someoneSignedIn = async ({ signIn }: Company, { raw }: FastifyRequest, reply: FastifyReply) => {
  const session = await signIn.provider.Session.get(signIn.provider.createContext(raw, reply.raw))
  return session.accountId !== undefined
}

/** Hands a request over to the provider, as its documentation says a mounted one is called. */
const serve = async ({ issuer, signIn }: Company, { raw }: FastifyRequest, reply: FastifyReply) => {
  const { host, pathname } = new URL(issuer.url)
  const { url = '/' } = raw
  // An escape in the name of the tenant: the provider would take another path for its own.
  if (!url.startsWith(`${pathname}/`)) return reply.callNotFound()
  reply.hijack()
  for (const name of Object.keys(raw.headers)) {
    if (name === 'forwarded' || name.startsWith('x-forwarded-')) delete raw.headers[name]
  }
  // It makes URLs from the Host header, and the authorization server may have called it by its internal name.
  raw.headers.host = host
  Object.assign(raw, { originalUrl: url, baseUrl: pathname, url: url.slice(pathname.length) })
  await signIn.handle(raw, reply.raw)
}
