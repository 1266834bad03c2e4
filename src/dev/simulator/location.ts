import { parseTarget, resultTarget } from './request-target.ts';

/**
 * The form of the 303's `Location` (`x-sim-location`). `relative` and `attempt-token` have been seen on Modal; the last
 * three are what a gateway must not follow: another origin, plain http, no Location at all.
 */
export const LOCATION_FORMS = ['relative', 'attempt-token', 'foreign', 'downgraded', 'missing'] as const;
export type LocationForm = (typeof LOCATION_FORMS)[number];

/**
 * The `Location` of a 303 (docs/modal.md, "Longer than 150 s"), undefined for `missing`. Absolute, as Modal sends
 * it: https for a gateway that connects here and keeps the row's Host, http if the Host has a port, because then the
 * caller is connected to this socket directly.
 */
export function locationOf(
  host: string,
  target: string,
  id: string,
  form: LocationForm | undefined,
): string | undefined {
  const parameter = form === 'attempt-token' ? '__modal_attempt_token' : '__modal_function_call_id';
  const relative = resultTarget(parseTarget(target), parameter, id);
  const scheme = host.includes(':') ? 'http' : 'https';
  switch (form) {
    case 'relative':
      return relative;
    case 'foreign':
      return `https://another-workspace--stolen.example${relative}`;
    case 'downgraded':
      return `http://${host}${relative}`;
    case 'missing':
      return undefined;
    case 'attempt-token':
    case undefined:
      return `${scheme}://${host}${relative}`;
  }
}
