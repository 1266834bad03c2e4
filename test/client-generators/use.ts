// What somebody writes with each generated client: compiled by test/api/openapi/client-generators.test.ts.
import type { paths } from './paths.ts';
import { createOrder, run3dLookup } from './hey-api/index.ts';
import * as orval from './orval.ts';

type BodyOf<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

const order = { address: { city: 'Zürich' }, items: [{ sku: 'a', parts: [{ sku: 'b' }] }] };
// openapi-typescript takes what has a default for always there.
const typed: BodyOf<'/run/gen/orders/create/upsert'> = { ...order, billing: { city: 'Bern' }, note: null };
const tree: BodyOf<'/run/gen/trees/node/lookup'> = { value: 1, children: [{ value: 2 }] };
const pet: BodyOf<'/run/gen/pets/pet/check'> = { pet: { kind: 'dog', barks: true } };

const created = await createOrder({ body: order });
const city: string | undefined = created.data?.address.city;
const digits = await run3dLookup({ body: { size: 3 } });

const byOrval = await orval.createOrder(order);
if (byOrval.status === 200) byOrval.data.address.city satisfies string;
await orval.run3dLookup({ size: 3 });

export { typed, tree, pet, city, digits };
