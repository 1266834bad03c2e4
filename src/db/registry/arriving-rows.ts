import pg from 'pg';
import { arrivingTypes } from './arriving-types.ts';

/**
 * The rows of one statement as they arrive, for Kysely's `stream`. Unlike a cursor (pg-cursor) it asks for all of them at
 * once, so that the server works on the next rows while these are used; and it takes one chunk of the socket, 64 KiB at
 * most, in a turn of the event loop: libuv would hand over 32 of them in one.
 */
export class ArrivingRows<T> extends pg.Query {
  #arrived: T[] = [];
  #state: 'flowing' | 'paused' | 'over' = 'flowing';
  #error: Error | undefined;
  #socket: pg.Connection['stream'] | undefined;
  #wake: () => void = () => undefined;

  constructor(text: string, values: unknown[]) {
    super({ text, values, types: arrivingTypes });
    const submit = this.submit.bind(this);
    this.submit = (connection) => {
      this.#socket = connection.stream;
      return submit(connection);
    };
    this.on('row', (row: T) => {
      this.#arrived.push(row);
      if (this.#state !== 'flowing') return;
      this.#state = 'paused';
      this.#socket?.pause();
      this.#wake();
    });
    this.once('end', () => this.#finish());
    this.on('error', (error: Error) => {
      this.#error = error;
      this.#finish();
    });
  }

  /**
   * The rows that arrived since the last call, at least one; an empty list marks the end.
   *
   * @throws the statement's error.
   */
  async read(): Promise<T[]> {
    if (this.#arrived.length === 0 && this.#state !== 'over') {
      const arrival = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (this.#state === 'paused') setImmediate(() => this.#resume());
      await arrival;
    }
    if (this.#error !== undefined) throw this.#error;
    const arrived = this.#arrived;
    this.#arrived = [];
    return arrived;
  }

  /** Discards the rows that nobody read, so that the connection can be used again. */
  async close(): Promise<void> {
    try {
      while ((await this.read()).length > 0);
    } catch {
      // A reader has already received the error; one that stopped reading has an error of its own.
    }
  }

  #resume(): void {
    if (this.#state === 'paused') this.#state = 'flowing';
    this.#socket?.resume();
  }

  /** Leaves the socket flowing for the next statement. */
  #finish(): void {
    this.#state = 'over';
    this.#socket?.resume();
    this.#wake();
  }
}
