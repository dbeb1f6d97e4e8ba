import { hostNames } from './hosts.ts'
import { clientName } from './register.ts'

/** Help of `aws-mcp doctor`. */
export const doctorUsage = `Usage: aws-mcp doctor URL [options]

Looks at a running gateway from outside, as each host would, and says what is wrong and how to mend it.
URL is what people paste into their host, such as https://mcp.example.com/mcp.

  --host a host (several: with commas, or again)
                      only what matters to these: ${hostNames.slice(0, 5).join(', ')},
                      ${hostNames.slice(5).join(', ')}
  --token-file FILE   file with an access token for URL (else the token itself in AWS_MCP_TOKEN); with it calls and
                      event streams are tried, too. It is never an argument: others on the machine can read those
  --online            with a gateway on this machine, too, let its authorization server read the client documents of
                      claude.ai, vscode.dev and chatgpt.com; any other is always asked to
  --json              print an array of {id, host, status, title, problem, remedy}

Nothing is sent but to the host of URL and the authorization server that it names, redirects are not followed, and
nobody signs in. Hosts are played as they were published; the live products were not tried.
It registers as each host would: up to ${hostNames.length} clients called "${clientName}", which are removed
where the server offers that (RFC 7592) and else are gone when it forgets unused clients. Servers limit
registrations (20 an hour from one address), so that several runs within an hour may end in a warning.
A check takes 8 s at most, all of them 2 minutes.

Ends with 0 where nothing failed, 1 where something did, 2 for a wrong command line.
`
