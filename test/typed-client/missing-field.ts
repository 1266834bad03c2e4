// Must not compile: the contract requires company_name.
import createClient from 'openapi-fetch';
import type { paths } from './paths.ts';

const client = createClient<paths>({ baseUrl: '' });
await client.POST('/run/companies/gemini/industry/infer', { body: { domain: 'stripe.com' } });
