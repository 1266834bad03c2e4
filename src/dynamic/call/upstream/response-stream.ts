import type { Dispatcher } from 'undici';
import type { BodySink, StreamedBody } from '../call-result.ts';
import type { BufferBudget } from '../limits/buffer-budget.ts';

type Ending = Readonly<{ reason: unknown }> | 'whole';

/**
 * A response that is passed through: the chunks that arrived before a sink was set, and then each chunk as it arrives, with
 * back-pressure. Chunks that wait for the sink are counted in the budget as far as it has room: they are in memory already.
 */
export class ResponseStream implements StreamedBody {
  readonly kind = 'streamed';

  readonly #controller: Dispatcher.DispatchController;
  readonly #budget: BufferBudget;
  #heldBytes: number;
  #waiting: Uint8Array[];
  #sink: BodySink | null = null;
  #ending: Ending | null = null;
  #isPaused = true;
  /** Whether the sink has received its last call: it may abandon the stream from within a write. */
  #isFinished = false;

  /**
   * @param waiting chunks that have already arrived.
   * @param heldBytes how many of their bytes were taken from the budget; the stream returns them.
   */
  constructor(
    controller: Dispatcher.DispatchController,
    waiting: Uint8Array[],
    budget: BufferBudget,
    heldBytes: number,
  ) {
    this.#controller = controller;
    this.#budget = budget;
    this.#heldBytes = heldBytes;
    this.#waiting = waiting;
    controller.pause();
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.resume();
  }

  resume(): void {
    if (this.#sink === null || this.#isFinished) return;
    this.#isPaused = false;
    this.#release();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const chunk of waiting) this.push(chunk);
    if (this.#isPaused) return;
    if (this.#ending === null) this.#controller.resume();
    else this.#finish(this.#sink, this.#ending);
  }

  abandon(reason: unknown): void {
    this.#release();
    if (this.#ending !== null) return;
    this.#controller.abort(reason instanceof Error ? reason : new Error('the rest is not needed'));
  }

  /** A chunk arrived. */
  push(chunk: Uint8Array): void {
    if (this.#isFinished) return;
    if (this.#sink === null || this.#isPaused) {
      this.#waiting.push(chunk);
      this.#hold(chunk.byteLength);
      return;
    }
    if (this.#sink.write(chunk)) return;
    this.#isPaused = true;
    this.#hold(chunk.byteLength);
    this.#controller.pause();
  }

  /** The function sent everything. */
  end(): void {
    this.#end('whole');
  }

  /** The exchange was cut off; waiting chunks are dropped, since the response can no longer be complete. */
  cut(reason: unknown): void {
    this.#waiting = [];
    this.#release();
    this.#isPaused = false;
    this.#end({ reason });
  }

  #end(ending: Ending): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    if (this.#sink !== null && !this.#isPaused) this.#finish(this.#sink, ending);
  }

  #finish(sink: BodySink, ending: Ending): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#release();
    if (ending === 'whole') sink.end();
    else sink.cut(ending.reason);
  }

  #hold(bytes: number): void {
    if (this.#budget.take(bytes)) this.#heldBytes += bytes;
  }

  #release(): void {
    this.#budget.giveBack(this.#heldBytes);
    this.#heldBytes = 0;
  }
}
