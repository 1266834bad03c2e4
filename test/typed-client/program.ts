// What somebody writes with the generated types: three endpoints, each called with a body that its contract wants.
// Compiled and run by test/api/typed-client.test.ts, beside the `paths` that were generated from a running server.
import createClient from 'openapi-fetch';
import type { paths } from './paths.ts';

const [, , baseUrl = '', key = ''] = process.argv;
const client = createClient<paths>({ baseUrl, headers: { 'x-api-key': key } });

const industry = await client.POST('/run/companies/gemini/industry/infer', {
  body: { company_name: 'Stripe', domain: 'stripe.com' },
});
const icp = await client.POST('/run/companies/db/company-icp/lookup', { body: { domain: 'stripe.com' } });
const title = await client.POST('/run/people/db/person-job-title/lookup', {
  body: { job_title: 'VP of Sales' },
});

const success: boolean | undefined = industry.data?.success;
const bestMatch: string | null | undefined = industry.data?.best_match;
const icpSuccess: boolean | undefined = icp.data?.success;
const matchStatus: boolean | undefined = title.data?.match_status;
const statuses = [industry, icp, title].map(({ response }) => response.status);
console.log(JSON.stringify({ statuses, success, bestMatch, icpSuccess, matchStatus }));
