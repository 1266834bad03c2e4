/** Why a schema that is valid against its meta-schema cannot be used. */
export type SchemaFault = Readonly<{ code: 'schema_invalid' | 'schema_dangerous'; why: string }>;

/** @param why the rest of a sentence that begins with the name of the column. */
export function invalid(why: string): SchemaFault {
  return { code: 'schema_invalid', why };
}

/** @param why the rest of a sentence that begins with the name of the column. */
export function dangerous(why: string): SchemaFault {
  return { code: 'schema_dangerous', why };
}
