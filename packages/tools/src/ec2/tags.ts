import { patternedText } from '../bounded-text.ts'

interface Tagged {
  readonly Tags?:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined
}

/** Tags as one object. */
export const tagsOf = ({ Tags = [] }: Tagged): Record<string, string> =>
  Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))

/** Whether the tags call it production: `Environment` or `env`, in any case. */
export const isProduction = (tagged: Tagged): boolean =>
  Object.entries(tagsOf(tagged)).some(
    ([key, value]) => /^env(ironment)?$/i.test(key) && /^prod(uction)?$/i.test(value.trim()),
  )

/** Key of a tag that is set; those of AWS itself start with `aws:` (EC2 User Guide, "Tag restrictions"). */
export const tagKey = patternedText(
  /^(?!aws:).{1,128}$/isu,
  '1 to 128 characters that do not start with aws:',
)

/** Value of a tag. */
export const tagValue = patternedText(/^.{0,256}$/su, 'at most 256 characters')
