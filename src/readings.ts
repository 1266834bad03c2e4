import type { CallLimits } from './dynamic/call/limits/call-limits.ts';
import type { RegistryStore } from './dynamic/registry/store.ts';
import type { Reading } from './observability/metrics.ts';

/** What the metrics read of the process's state. */
export function readingsOf({ state }: CallLimits, { current }: RegistryStore): readonly Reading[] {
  const one = (name: string, help: string, read: () => number): Reading => ({
    name,
    help,
    label: null,
    read: () => ({ value: read() }),
  });
  const breakersIn = (wanted: string): number =>
    state().breakers.filter((breaker) => breaker.state === wanted).length;
  return [
    one('rowgate_calls_in_flight', 'Calls in flight.', () => state().inFlight),
    one('rowgate_calls_in_flight_limit', 'MAX_IN_FLIGHT.', () => state().maxInFlight),
    one('rowgate_buffered_bytes', 'Bytes of bodies that are buffered.', () => state().bufferedBytes),
    one('rowgate_buffered_bytes_limit', 'MAX_BUFFERED_BYTES.', () => state().maxBufferedBytes),
    one('rowgate_calls_waiting', "Calls that wait for a slot under their row's max_concurrency.", () =>
      state().concurrency.reduce((sum, { waiting }) => sum + waiting, 0),
    ),
    {
      name: 'rowgate_breakers',
      help: 'Functions that are not called for the moment.',
      label: 'state',
      read: () => ({ open: breakersIn('open'), half_open: breakersIn('half_open') }),
    },
    {
      name: 'rowgate_registry_rows',
      help: 'Rows of the registry, by what became of them.',
      label: 'status',
      read: () => {
        const {
          mounted = 0,
          stale = 0,
          rejected = 0,
          inactive = 0,
          not_exposed = 0,
        } = current()?.counts ?? {};
        return { mounted, stale, rejected, inactive, not_exposed };
      },
    },
  ];
}
