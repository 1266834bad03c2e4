import { z } from 'zod';

/** A key's record as it is held in memory and saved: who may do what, and until when. Times are ISO 8601. */
export const ApiKeyRecord = z.object({
  id: z.string(),
  name: z.string(),
  /** SHA-256 of the key, in hexadecimal. */
  key_hash: z.string(),
  previous_key_hash: z.string().nullable(),
  previous_expires_at: z.string().nullable(),
  scopes: z.array(z.string()),
  requests_per_second: z.number().nullable(),
  burst: z.number().nullable(),
  monthly_quota: z.number().nullable(),
  expires_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
});
export type ApiKeyRecord = Readonly<z.output<typeof ApiKeyRecord>>;
