/**
 * `off`: none was started. `connecting`: not connected, and trying. `listening`: notifications have been verified to arrive.
 * `polling_only`: the database responds, but notifications do not arrive (a transaction-mode pooler, a standby); retried
 * slowly, and reported until they do. `closed`: for good.
 */
export type ListenerState = 'off' | 'connecting' | 'listening' | 'polling_only' | 'closed';

/** Listens for the notifications of one table. */
export type Listener = Readonly<{
  state: () => ListenerState;
  /** When the state last changed, in milliseconds of a clock that only goes forward. */
  since: () => number;
  /** Ends it at once, whatever the state of the connection; afterwards no socket and no timer is left. */
  close: () => Promise<void>;
}>;

/** The events of a listener. The functions must not throw. */
export type ListenerEvents = Readonly<{
  onNotification: (payload: string) => void;
  /** After every (re)connect, once LISTEN is in force: assume that something was missed before. */
  onConnected: () => void;
  /** On every change of state, and with the error each time that an attempt failed or a connection was lost. */
  onStateChange?: (state: ListenerState, error?: unknown) => void;
}>;

/** Starts to listen; returns at once. Notifications are hints: some are lost with each connection. */
export type Listen = (events: ListenerEvents) => Listener;
