export type Saver<Content> = Readonly<{
  /** Writes the content soon; of several within one interval, only the newest. */
  save: (content: Content) => void;
  /**
   * To be called when the database has confirmed what was saved last. Marks the copy as confirmed now and then; retries a
   * failed write.
   */
  confirm: () => void;
  /** Writes what is pending now and waits for it: before the process ends. Never rejects; errors go to `onFailed`. */
  flush: () => Promise<void>;
}>;

export type SaverOptions<Content> = Readonly<{
  write: (content: Content) => Promise<void>;
  /** From the end of a write to the start of the next: 50 changes a second must not keep the disk busy. */
  minIntervalMs: number;
  /** Marks a copy as still current, no more often than every `everyMs`. */
  confirmation?: Readonly<{ mark: () => Promise<void>; everyMs: number }>;
  /** Must not throw. */
  onFailed: (error: unknown) => void;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
}>;

/**
 * Keeps the copy on disk of what is in memory: the first content is written at once, at most one write is under way, and
 * the newest wins. Content that could not be written is not retried, unless it is confirmed; the next `save` is written.
 */
export function createSaver<Content>(options: SaverOptions<Content>): Saver<Content> {
  const { minIntervalMs, confirmation, onFailed, now = () => performance.now() } = options;
  type Task = Readonly<{ content: Content }>;
  let pending: Task | undefined;
  /** Content that could not be written; kept in memory only if copies are confirmed. */
  let unwritten: Task | undefined;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;
  let confirmedAt = Number.NEGATIVE_INFINITY;

  const write = async (task: Task): Promise<void> => {
    confirmedAt = now();
    unwritten = undefined;
    try {
      await options.write(task.content);
    } catch (error) {
      if (confirmation !== undefined) unwritten = task;
      onFailed(error);
    }
  };
  const run = (work: Promise<void>): void => {
    underWay = work.finally(() => {
      underWay = undefined;
      notBefore = now() + minIntervalMs;
      schedule();
    });
  };
  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (pending === undefined || underWay !== undefined) return;
    const newest = pending;
    pending = undefined;
    run(write(newest));
  };
  const schedule = (): void => {
    if (pending === undefined || underWay !== undefined || timer !== undefined) return;
    const waitMs = notBefore - now();
    if (waitMs > 0) timer = setTimeout(start, waitMs);
    else start();
  };

  return {
    save: (content) => {
      pending = { content };
      schedule();
    },
    confirm: () => {
      if (confirmation === undefined || pending !== undefined || underWay !== undefined) return;
      if (now() - confirmedAt < confirmation.everyMs) return;
      confirmedAt = now();
      run(unwritten === undefined ? confirmation.mark().catch(onFailed) : write(unwritten));
    },
    flush: async () => {
      await underWay;
      start();
      await underWay;
    },
  };
}
