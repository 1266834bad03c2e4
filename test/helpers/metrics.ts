import { send } from './http.ts';

/** A metric without labels, as `/metrics` has it now; NaN where it does not. */
export async function metricOf(url: string, name: string): Promise<number> {
  const { body } = await send(`${url}/metrics`, { method: 'GET' });
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(body.toString())?.[1]);
}
