/** A browser as far as a sign-in needs one: cookies by path, and no redirect followed unless told. */
export const openBrowser = () => {
  const cookies = new Map<string, { value: string; path: string }>()

  const visit = async (url: string | URL, form?: Record<string, string>): Promise<Response> => {
    const { pathname } = new URL(url)
    const sent = [...cookies].filter(([, { path }]) => pathname === path || pathname.startsWith(`${path}/`))
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: sent.map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; '),
      },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/'
      const gone = value === '' || /expires=Thu, 01 Jan 1970/i.test(line)
      if (gone) cookies.delete(`${name} ${path}`)
      else cookies.set(`${name} ${path}`, { value, path })
    }
    return answer
  }

  return {
    cookies,
    visit,
    /** Follows redirects until a page, or until they leave `origin`; gives the last URL and answer. */
    async follow(url: string | URL, origin: string, form?: Record<string, string>) {
      let here = new URL(url)
      let answer = await visit(here, form)
      while (answer.headers.has('location')) {
        here = new URL(answer.headers.get('location') ?? '', here)
        if (here.origin !== origin) break
        answer = await visit(here)
      }
      return { url: here, answer }
    },
  }
}
