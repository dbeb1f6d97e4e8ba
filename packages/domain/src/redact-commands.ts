import { redacted } from './redact-named.ts'
import { isHarmlessValue } from './secret-names.ts'

/**
 * A text without the secrets that URLs carry in front of their host (`://user:hunter2@`, `://TOKEN@` as of Sentry) and
 * without those that are URLs themselves: webhooks of Slack and Discord.
 */
export const withoutUrls = (text: string): string => {
  if (!text.includes('/')) return text
  let clean = text
  if (clean.includes('://')) {
    clean = clean.replace(/(:\/\/[^\s:@/"']{0,100}:)[^\s@/"']{1,200}(?=@)/g, `$1${redacted}`)
    // Long and with a digit, unlike the names of users; `docker://image@sha256:…` is none.
    clean = clean.replace(/(:\/\/)(?=[\w-]{0,199}\d)[\w-]{16,200}(?=@(?!sha256:))/g, `$1${redacted}`)
  }
  return webhookHost.test(clean) ? clean.replace(webhook, `$1${redacted}`) : clean
}

const webhookHost = /hooks\.slack|discord(?:app)?\.com/
const webhook =
  /(hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/\d{1,30}\/)[\w/-]{8,}/g

/** A text without the passwords that commands take as an option of one letter, which does not say what it is. */
export const withoutCommands = (text: string): string =>
  commandName.test(text)
    ? text.replace(command, (found, name: string) =>
        found.replace(optionOf(name), (whole, before: string, value: string) =>
          isHarmlessValue(value) || isVariable.test(value) ? whole : before + redacted,
        ),
      )
    : text

const commandName = /mysql|mariadb|curl|sshpass|docker login/

/** Each is read once to its end, or as far as its options go. */
const command =
  /(?<![\w-])(mysql(?:dump|admin|import|show|check)?|mariadb(?:-dump|-admin)?|curl|sshpass|docker login)[ \t][^\r\n|;]{1,1000}/g

const optionOf = (name: string): RegExp => {
  // `-p` and a name apart is the name of a database.
  if (/^(?:mysql|mariadb)/.test(name)) return /([ \t]-p["']?)([^\s"'\\]+)/g
  if (name === 'curl')
    return /([ \t](?:-u|-U|--user|--proxy-user)[ \t=]{0,3}["']?[^\s:"']{0,100}:)([^\s"'\\]+)/g
  return /([ \t](?:-p|--password)[ \t=]{0,3}["']?)([^\s"'\\]+)/
}

const isVariable = /^\$\w+$/
