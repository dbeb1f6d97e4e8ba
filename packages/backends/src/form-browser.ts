/** An answer that a browser stays at. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** A browser without script: cookies by host and path, forms, redirects and pages that refresh themselves. */
export interface Browser {
  /** Goes to a URL and on, until a page asks something or `stopAt` is reached; that URL is then the page, with status 0. */
  open(url: string, init?: RequestInit): Promise<Page>
  /** Submits the form of a page with these values and those of its hidden fields, and goes on. */
  submit(page: Page, values: Readonly<Record<string, string>>): Promise<Page>
  readonly cookies: Map<string, string>
}

/** Makes a browser that stops at URLs that begin with `stopAt`: where the app listens. It sends its requests by `send`. */
export const createBrowser = (
  stopAt: string,
  send: (request: Request) => Promise<Response> = fetch,
): Browser => {
  const cookies = new Map<string, string>()
  const keep = (url: URL, headers: Headers): void => {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const [name = '', ...value] = pair.split('=')
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/'
      const gone = attributes.some(
        (each) => /^max-age=0$/i.test(each) || /^expires=Thu, 01 Jan 1970/i.test(each),
      )
      const key = `${url.host} ${path} ${name}`
      if (gone) cookies.delete(key)
      else cookies.set(key, value.join('='))
    }
  }
  const sent = (url: URL): string =>
    [...cookies]
      .flatMap(([key, value]) => {
        const [host, path = '/', name] = key.split(' ')
        const fits = url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
        return host === url.host && fits ? [`${name}=${value}`] : []
      })
      .join('; ')

  const open = async (address: string, init: RequestInit = {}): Promise<Page> => {
    let next = new URL(address)
    let options = init
    for (let step = 0; step < 12; step++) {
      if (next.href.startsWith(stopAt)) return { url: next.href, status: 0, text: '', headers: new Headers() }
      const headers = new Headers(options.headers)
      headers.set('accept', 'text/html')
      const cookie = sent(next)
      if (cookie) headers.set('cookie', cookie)
      const answer = await send(new Request(next, { ...options, headers, redirect: 'manual' }))
      keep(next, answer.headers)
      const text = await answer.text()
      const to = answer.headers.get('location') ?? refreshIn(text)
      if (to === undefined || answer.status >= 400) {
        return { url: next.href, status: answer.status, text, headers: answer.headers }
      }
      next = new URL(to, next)
      options = {}
    }
    throw new Error(`too many redirects, at ${next.href}`)
  }
  return {
    open,
    cookies,
    submit: (page, values) =>
      open(new URL(unescaped(/<form[^>]* action="([^"]*)"/.exec(page.text)?.[1] ?? ''), page.url).href, {
        method: 'POST',
        body: new URLSearchParams([...hiddenFields(page.text), ...Object.entries(values)]),
      }),
  }
}

const refreshIn = (text: string): string | undefined => {
  const content = /<meta http-equiv="refresh" content="([^"]*)"/i.exec(text)?.[1]
  return content === undefined ? undefined : unescaped(content).replace(/^\d+; ?url=/i, '')
}

const hiddenFields = (text: string): [string, string][] =>
  [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, unescaped(value)],
  )

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

const unescaped = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => names[name] ?? '')
