/** Throws unless a server answers 401 to a call without a token: one that checks none is no peer of those that do. */
export const mustRefuseStrangers = async (url: string): Promise<void> => {
  for (const headers of [{}, { authorization: 'Bearer made.up.token' }]) {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
    })
    await response.text()
    if (response.status !== 401) throw new Error(`${url} answered ${response.status} to a stranger`)
  }
}
