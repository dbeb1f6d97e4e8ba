import { join } from 'node:path'

/** Files of the sandbox: below the folder of the repository, or where the person wants them. */
export const sandboxPaths = (repository: string, elsewhere: { cache?: string; folder?: string } = {}) => {
  const { cache = join(repository, '.cache'), folder = join(repository, '.sandbox') } = elsewhere
  return {
    repository,
    folder,
    cache,
    demoTenants: join(repository, 'deploy', 'local', 'tenants.yaml'),
    ownTenants: join(folder, 'tenants.json'),
    stateKey: join(folder, 'state-key'),
    ready: join(folder, 'ready.json'),
    operatorToken: join(folder, 'operator.token'),
    cursor: join(folder, 'cursor.json'),
    vsCode: join(folder, 'vscode.json'),
    audit: join(folder, 'audit.jsonl'),
    // Where `aws-mcp audit verify` looks for it.
    auditPublicKey: join(folder, 'audit.jsonl.pub.pem'),
    auditSigningKey: join(folder, 'audit-signing-key.pem'),
    auditHmacKey: join(folder, 'audit-hmac-key'),
    gatewayLog: join(folder, 'gateway.log'),
    standInLog: join(folder, 'aws-stand-in.log'),
  }
}

export type SandboxPaths = ReturnType<typeof sandboxPaths>
