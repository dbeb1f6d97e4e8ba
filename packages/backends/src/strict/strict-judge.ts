import { randomUUID } from 'node:crypto'
import { actionsOf, readAssumeRole } from './assume-role-input.ts'
import type { AwsCall } from './aws-call.ts'
import type { IamReader } from './iam-reader.ts'
import { judgeAssumeRole, openedSession } from './judge-assume-role.ts'
import { assumedRoleArn, type Denial, judgeSession, sessionFault } from './judge-session.ts'
import { neededPermissions, type Permission } from './needed-permissions.ts'
import { callerOf } from './principals.ts'
import type { Records } from './records.ts'
import { type Answer, errorAnswer, refusal } from './refusal.ts'
import type { StrictSession, StrictSessions } from './sessions.ts'
import { isSimulation, simulated } from './simulation.ts'
import type { Troubles } from './trouble.ts'
import type { Caller } from './trust-verdict.ts'

/** What becomes of a request. */
export type Verdict =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'down' | 'hanging' }
  /** `opened` wants to read the stand-in's answer before it is passed on, `done` to know when it was. */
  | { readonly kind: 'forward'; readonly opened?: (xml: string) => void; readonly done?: () => void }

export interface JudgeSetup {
  readonly iam: IamReader
  /** Whose key it is, by access key id. */
  readonly principals: Readonly<Record<string, Caller>>
  readonly sessions: StrictSessions
  readonly troubles: Troubles
  readonly records: Records
  now(): number
  isForeignBucket(bucket: string, account: string): Promise<boolean>
}

/** Judges one request after the other. */
export const createJudge = (setup: JudgeSetup) => {
  const { iam, principals, sessions, troubles, records, now } = setup

  const assumeRole = async (call: AwsCall, caller: Caller): Promise<Verdict> => {
    const accessKeyId = call.accessKeyId ?? ''
    const { region } = call
    const judged = await judgeAssumeRole(iam, caller, { parameters: call.form, region })
    if ('code' in judged) {
      const { code, message, input } = judged
      records.addAssumed({ ...input, accessKeyId, region, refused: code })
      const status = code === 'AccessDenied' ? 403 : 400
      return { kind: 'answer', answer: errorAnswer(call, { status, code, message, id: randomUUID() }) }
    }
    return {
      kind: 'forward',
      opened(xml) {
        const session = openedSession(judged, xml, now())
        if (session) sessions.add(session)
        const issued = session?.accessKeyId
        records.addAssumed({ ...judged.input, accessKeyId, region, ...(issued && { issued }) })
      },
    }
  }

  const ofPrincipal = async (call: AwsCall, caller: Caller): Promise<Verdict> => {
    if (isAssumeRole(call)) return assumeRole(call, caller)
    if (call.service === 'sts' && call.operation === 'GetCallerIdentity')
      return { kind: 'answer', answer: identityAnswer(caller) }
    const action = `${call.service}:${call.operation ?? call.method}`
    const message = `User: ${caller.sessionArn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`
    return refused(call, undefined, { reason: 'denied', message })
  }

  const ofSession = async (call: AwsCall, session: StrictSession): Promise<Verdict> => {
    const permissions = permissionsOf(call, session)
    const denial =
      sessionFault(session, call, now()) ?? (await judgeSession(setup, session, call, permissions))
    if (denial) return refused(call, session, denial)
    const { roleArn: arn, account, tags } = session
    if (isAssumeRole(call))
      return assumeRole(call, { arn, sessionArn: assumedRoleArn(session), account, tags, identity: 'judged' })
    record(call, session)
    if (isSimulation(call)) return { kind: 'answer', answer: await simulated(call, iam) }
    return { kind: 'forward' }
  }

  const record = (call: AwsCall, session: StrictSession | undefined, why?: string): void =>
    records.addRequest({
      accessKeyId: call.accessKeyId ?? '',
      ...(session && { roleArn: session.roleArn, account: session.account }),
      service: call.service,
      region: call.region,
      permissions: permissionsOf(call, session) ?? [],
      ...(why !== undefined && { refused: why }),
    })

  const refused = (call: AwsCall, session: StrictSession | undefined, denial: Denial): Verdict => {
    record(call, session, denial.reason)
    return { kind: 'answer', answer: refusal(call, denial.reason, denial.message, randomUUID()) }
  }

  return async (call: AwsCall): Promise<Verdict> => {
    const session = call.accessKeyId === undefined ? undefined : sessions.of(call.accessKeyId)
    const how = troubles.meet(call, isAssumeRole(call) ? askedFor(call) : subjectOf(session))
    if (how) {
      if (isAssumeRole(call))
        records.addAssumed({ accessKeyId: call.accessKeyId ?? '', region: call.region, refused: how })
      else record(call, session, how)
      if (how === 'down' || how === 'hanging') return { kind: how }
      if (how === 'foreign') return { kind: 'answer', answer: identityAnswer(stranger) }
      return { kind: 'answer', answer: refusal(call, how, troubleWords[how], randomUUID()) }
    }
    if (call.accessKeyId === undefined)
      return refused(call, undefined, { reason: 'unsigned', message: 'Missing Authentication Token' })
    if (session) return ofSession(call, session)
    const caller = Object.hasOwn(principals, call.accessKeyId) ? principals[call.accessKeyId] : undefined
    if (caller) return ofPrincipal(call, caller)
    const message = 'The security token included in the request is invalid.'
    return refused(call, undefined, { reason: 'unknown-key', message })
  }
}

const troubleWords = { throttled: 'Rate exceeded', unavailable: 'Please try again later' } as const

const isAssumeRole = ({ service, operation }: AwsCall): boolean =>
  service === 'sts' && operation === 'AssumeRole'

const permissionsOf = (call: AwsCall, session: StrictSession | undefined) =>
  isAssumeRole(call) ? ofAssumeRole(call) : neededPermissions(call, session?.account ?? '')

const ofAssumeRole = (call: AwsCall): Permission[] => {
  const input = readAssumeRole(call.form)
  const actions = 'code' in input ? ['sts:AssumeRole'] : actionsOf(input)
  return actions.map((action) => ({ action, resources: call.values('RoleArn') }))
}

const askedFor = (call: AwsCall) => {
  const roleArn = call.form.get('RoleArn') ?? undefined
  const key = [...call.form].find(([, value]) => value === 'mcp:tenant')?.[0]
  const tenant = key === undefined ? undefined : call.form.get(key.replace(/Key$/, 'Value'))
  return { roleArn, account: roleArn?.split(':')[4], tenant: tenant ?? undefined }
}

const subjectOf = (session: StrictSession | undefined) => ({
  account: session?.account,
  roleArn: session?.roleArn,
  tenant: session?.tags.get('mcp:tenant'),
})

const stranger = callerOf('arn:aws:iam::999999999999:role/of-somebody-else', [])

const identityAnswer = ({ sessionArn, account }: Caller): Answer => {
  const result = `<Arn>${sessionArn}</Arn><UserId>AROASTANDIN:stand-in</UserId><Account>${account}</Account>`
  const id = randomUUID()
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id },
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  }
}
