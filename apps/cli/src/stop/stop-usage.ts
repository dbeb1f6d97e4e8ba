import { everyCommand } from '../tenant/tenant-usage.ts'

/** Help of `aws-mcp stop` and `aws-mcp resume`. */
export const stopUsage = `Usage: aws-mcp stop WHAT --reason "WORDS" [options]
       aws-mcp resume WHAT [options]
       aws-mcp stop list [options]

Stops calls on every replica of a gateway within 5 s, until they are resumed; what runs ends with its next request to AWS.

WHAT
  writes                everything that may change something; with --tenant that of one tenant. Reads go on
  tool NAME             one tool; with --tenant for one tenant
  tenant ID             all calls of one tenant; its people stay signed in (aws-mcp tenant suspend signs them out)
  principal ID          all calls of one person or machine, by user.id in audit events; takes --tenant
  list                  what is stopped, why, by whom and since when

Options
  --tenant ID           one tenant and no other
  --issuer URL          the person by issuer and subject as their identity provider has them, instead of the ID of
  --subject SUBJECT     principal
  --reason "WORDS"      why, up to 300 characters: whoever is stopped is shown it, and it is audited

${everyCommand}
Ends with 0, 1 for a failure, 2 for a wrong command line.
`
