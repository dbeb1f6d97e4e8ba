import { provideSecret } from '../services/provide-secret.ts'

/**
 * The key for what a gateway keeps in the person's own Redis: made once in `file`, since the next start finds there what this
 * one has sealed. Undefined where there is no Redis, or where the person brings a key.
 */
export const stateKey = async (env: NodeJS.ProcessEnv, file: string): Promise<string | undefined> =>
  env.REDIS_URL && !env.STATE_KEY && !env.STATE_KEY_FILE ? provideSecret(file) : undefined
