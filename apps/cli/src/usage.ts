/** What `--help` prints of the program; `--help` of `tenant`, `keys`, `stop`, `resume`, `prices`, `policy`, `audit` and `doctor` have more of their own. */
export const usage = `Usage: aws-mcp [stdio] [options]     or, from a clone: npm start -- [options of sandbox]
       aws-mcp tenant COMMAND ...
       aws-mcp keys COMMAND ...
       aws-mcp stop WHAT ... and aws-mcp resume WHAT ...
       aws-mcp prices refresh ...
       aws-mcp policy explain ...
       aws-mcp audit COMMAND ...
       aws-mcp doctor URL ...

Commands
  stdio              serve MCP on standard input and output with your own AWS credentials (this is the default)
    --profile NAME   profile of your AWS configuration (else AWS_PROFILE, else the file's). Without any of them: what
                     the AWS SDK finds by itself, keys of the environment first, then the profile "default"
    --region REGION  region (else AWS_REGION, else the file's, else the profile's own, else the first allowed one, else
                     us-east-1)
    --config FILE    configuration (else ./aws-config.json, if there is one)
    --audit FILE     append one JSON line for each call to this file
  tenant             for operators of a gateway: make, change, verify and remove its tenants (aws-mcp tenant --help)
  keys               for operators of a gateway: the signing keys of its authorization server (aws-mcp keys --help)
  prices             make the table of prices that estimates and budgets go by anew (aws-mcp prices --help)
  stop, resume       for operators of a gateway: stop a tenant, a person, a tool or everything that writes, on every replica
                     within seconds (aws-mcp stop --help)
  policy             what a gateway with a tenants file would say to a call, rule by rule, and who would confirm it
                     (aws-mcp policy --help)
  audit              whether the audit files of a gateway are as it wrote them, and what is in them (aws-mcp audit --help)
  doctor             look at a running gateway from outside, as each host would, and say how to mend what is wrong
                     (aws-mcp doctor --help)
  sandbox            only in a clone: the gateway with two pretend companies on a pretend AWS
    --json           when ready, print one line of JSON instead of a text
    --profile NAME   serve your own AWS account, read-only, with this profile of your AWS configuration
  sandbox-customer   only in a clone: play the owner of an account of the running sandbox
    apply FILE       create or update the stack of a CloudFormation template (JSON), which makes the roles
    --account ID     account of the pretend AWS; it needs no preparation
    --stack NAME     name of the stack (else it is named after the roles)
    --endpoint URL   the pretend AWS, if it is not that of the running sandbox; on loopback only
  sandbox-services   in a container: fill the AWS stand-in and serve the development SSO

Options
  --help             this text
  --version          the version

Environment of stdio, which goes before the file: AWS_PROFILE, AWS_REGION, AWS_ROLE_ARN, AWS_ALLOWED_SERVICES and
AWS_ALLOWED_REGIONS (comma-separated), AWS_PERMISSION_BOUNDARY, AWS_MAX_CONCURRENCY, AWS_REQUEST_TIMEOUT (milliseconds),
AWS_RETRY_COUNT, PRICE_TABLE_FILE

Environment of sandbox
  PORT               port of the gateway on 127.0.0.1 (default 3000)
  REDIS_URL          keep sessions and limits in this Redis instead of in memory
  SANDBOX_DIR        where it writes tokens, logs and audit events (default .sandbox); two at once need two
  CACHE_DIR          where the AWS stand-in is installed once (default .cache)
`
