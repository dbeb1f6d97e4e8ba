import { z } from 'zod'

/** Key of an object: any text of up to 1,024 bytes of UTF-8 (S3 User Guide, "Naming Amazon S3 objects"). */
export const objectKey = z
  .string()
  .refine((key) => key.isWellFormed(), 'must be well-formed Unicode')
  .refine((key) => key !== '' && Buffer.byteLength(key) <= 1024, 'must be 1 to 1024 bytes of UTF-8')
