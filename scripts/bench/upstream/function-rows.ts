import { type BenchRow, plainRow } from '../rows.ts';

/** Rows without contracts whose functions have this path, which says what the stand-in does. */
export function functionRows(
  name: string,
  { path, timeoutSeconds, count = 1 }: Readonly<{ path: string; timeoutSeconds: number; count?: number }>,
): readonly BenchRow[] {
  return Array.from({ length: count }, (_, n) => ({
    ...plainRow(n),
    workflow_slug: `${name}-${n}`,
    modal_function_name: null,
    modal_endpoint_url: `https://bench--${name}-${n}.modal.run${path}`,
    api_endpoint_url: functionPath(name, n),
    timeout_seconds: timeoutSeconds,
  }));
}

/** Where the nth of these rows is served. */
export function functionPath(name: string, n = 0): string {
  return `/run/bench/functions/${name}/${n}`;
}
