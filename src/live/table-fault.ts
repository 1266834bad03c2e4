/**
 * What can be wrong with a table as a whole. `rows_hidden`: row-level security hides rows; `became_empty`: its rows are gone,
 * and nobody deleted them; `column_lost`: a column that was read is gone, or has another type; `rights_missing`: the role may
 * not read it; `changed_uncounted`: its content changed but its version did not; `unreadable`: it cannot be read for another
 * reason.
 */
export type TableFaultCode =
  | 'rows_hidden'
  | 'became_empty'
  | 'column_lost'
  | 'rights_missing'
  | 'changed_uncounted'
  | 'unreadable';

/** A table that can be reached but not trusted: the content in memory is kept. The message ends with the remedy. */
export class TableFaultError extends Error {
  override readonly name = 'TableFaultError';
  /** Not `code`, by which errors of Postgres and of the network are recognized. */
  readonly fault: TableFaultCode;

  constructor(fault: TableFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** What is wrong with a table now, for the status and the audit. */
export type TableProblem = Readonly<{
  table: string;
  code: TableFaultCode;
  message: string;
  /** ISO 8601, by this process' clock. */
  since: string;
}>;
