/** What a proxy reaches its functions by. */
export type Transport = 'plain' | 'tls';

/** Stands for all functions, listening on loopback only. */
export type Functions = Readonly<{
  /** What responds, for the report. */
  name: string;
  /** The process that responds, to all but event streams. */
  pid: number;
  /** Null where there is no certificate. */
  origins: Readonly<{ plain: string; tls: string | null }>;
}>;

/** The host that all rows name. With one host per function, each would have connections of its own. */
export const functionHost = 'demodata--bench-functions.modal.run';

/** The function that sends events. The paths of the others begin with the size of their response. */
export const eventsPath = '/events';
