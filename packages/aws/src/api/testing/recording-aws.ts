import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it was on the wire. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** What it is signed for. */
  readonly scope: { readonly region: string; readonly service: string } | undefined
}

/** A loopback server that writes down requests and refuses them all. */
export const recordingAws = async (): Promise<
  AsyncDisposable & { readonly url: string; take(): RecordedRequest[] }
> => {
  let requests: RecordedRequest[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const [, region, service] =
      /Credential=[^/]+\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request/.exec(request.headers.authorization ?? '') ??
      []
    requests.push({
      method: request.method ?? '',
      path,
      query: new URLSearchParams(query),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks),
      scope: region && service ? { region, service } : undefined,
    })
    response.writeHead(400, { 'content-type': 'application/json', 'x-amzn-requestid': 'recorded' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = requests
      requests = []
      return taken
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Everything that a request says, decoded, one text after another. */
export const sayingsOf = (request: RecordedRequest): string => {
  const { path, query, headers, body } = request
  const text = body.toString('utf8')
  const form = /x-www-form-urlencoded/.test(headers['content-type'] ?? '')
  const said = form ? [...new URLSearchParams(text)].flat().join('\n') : text
  return [decodeURIComponent(path), ...[...query].flat(), ...Object.entries(headers).flat(), said]
    .join('\n')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** What is not well-formed about a body in XML, as far as its tags say. */
export const xmlFault = (text: string): string | undefined => {
  const open: string[] = []
  for (const [whole, end, name = '', own] of text.matchAll(/<(\/?)([\w:.-]+)[^<>]*?(\/?)>/g)) {
    if (end) {
      if (open.pop() !== name) return `${whole} closes nothing`
    } else if (!own) open.push(name)
  }
  return open.length > 0 ? `${open.join()} is not closed` : undefined
}
