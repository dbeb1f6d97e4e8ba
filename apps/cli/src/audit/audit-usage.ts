/** Help of `aws-mcp audit`. */
export const auditUsage = `Usage: aws-mcp audit verify [FILE ...] [options]
       aws-mcp audit export --tenant ID [FILE ...] [options]
       aws-mcp audit tail [FILE ...] [options]
       aws-mcp audit query [FILE ...] [options]

Reads the audit files of a gateway; nothing is changed, and no gateway is asked. With FILE, its checkpoints and the files
that were put aside are read too (FILE.checkpoints, FILE.<time>), plain or gzip; a folder means all files in it. Without
FILE: AUDIT_FILE, else that of the sandbox.

verify                  whether records were changed, removed, moved, put in, or cut off at the end
  --public-key FILE     what signatures of checkpoints are verified with: PEM or JWK (several: with commas, or again;
                        else AUDIT_PUBLIC_KEY_FILE, else that of the sandbox for its log); one beside a log is not taken
  --hmac-key FILE       what hashes are computed with again: base64 (several: with commas, or again; else AUDIT_HMAC_KEY,
                        AUDIT_HMAC_KEY_FILE, STATE_KEY, STATE_KEY_FILE; else that of the sandbox for its log)
  --closed              every chain must be whole, from its first record to the checkpoint of an ordered end
  --partial             older files are gone: what was before the first record of a chain is not missed

export                  all of one tenant and nothing of another, as it was written: it can be verified by itself
  --tenant ID           the tenant
  --from, --to TIME     records between these, widened to whole checkpoints
  --out FILE            write it here, where no file is yet (else to standard output)
  --format FORMAT       jsonl (the default), or csv for a spreadsheet, which cannot be verified
  --cloudtrail FILE     compare with events of the account's own CloudTrail instead ({"Records": [...]}, plain or gzip;
                        several: with commas, or again)

tail                    records as they come, one line each
  --follow              wait for more
  --lines N             how many of those that are there (default 10)
query                   records that fit, one line each
  --limit N             the newest N of them (default 1000)
both
  --tenant, --user, --tool, --outcome, --reason, --event, --account, --region, --request-id, --call-id
                        only these; a request id is that of an answer or of AWS
  --from, --to TIME     only between these

  --json                print JSON: one report, or one record per line
  --help                this text

TIME is a date or time of ISO 8601, UTC unless it says otherwise (2026-11-27, 2026-11-27T08:00Z), or a while ago: 30m, 1h, 7d.

verify ends with 0 where every chain is proven and nothing is wrong, 1 where the log was tampered with, 2 for a wrong command
line, a file that cannot be read, or where a chain is not proven by the keys that were given. export with --cloudtrail ends with 1 where CloudTrail has calls
of this gateway that the log has not, or has otherwise. The others end with 0, 1 for a failure, 2 for a wrong command line.
`
