import {
  type Script,
  type ScriptedFunction,
  startScriptedFunction,
} from '../../helpers/scripted-function.ts';
import { type CoreOptions, createCore, type TestCore } from './calls.ts';

/** A core whose calls all go to one scripted function. */
export async function startCore(
  script: Script,
  options: Omit<CoreOptions, 'connectTo'> = {},
): Promise<AsyncDisposable & Readonly<{ core: TestCore; fn: ScriptedFunction }>> {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const core = opened.use(createCore({ connectTo: fn.origin, ...options }));
  const owned = opened.move();
  return { core, fn, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A function whose calls wait until a test lets them go, all at once; then each gets a response by `respond`. */
export function gated(respond: Script): Readonly<{ script: Script; open: () => void }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    script: async (call, response, request) => {
      await promise;
      await respond(call, response, request);
    },
    open: () => resolve(),
  };
}
