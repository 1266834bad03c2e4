import { domainOfName, type Subject, slugOf } from './subject.ts';

/** What a value is derived from: the member's name, the subject of the call and, within an array, the index. */
export type Clue = Readonly<{
  name: string;
  subject: Subject;
  index: number | undefined;
  newId: () => string;
}>;

const SAMPLE_COMPANIES = ['Northwind Traders', 'Blue Yonder Logistics'] as const;
const SAMPLE_PEOPLE = ['Maria Garcia', 'Sam Okafor'] as const;
const SAMPLE_TITLES = ['VP of Sales', 'Head of Revenue Operations'] as const;

function sample(samples: readonly [string, string], index: number): string {
  return index % 2 === 0 ? samples[0] : samples[1];
}

/** Within an array each item is a different company; elsewhere it is the company in the request. */
function company({ subject, index }: Clue): string {
  return index === undefined ? subject.companyName : sample(SAMPLE_COMPANIES, index);
}

function domain(clue: Clue): string {
  return clue.index === undefined ? clue.subject.domain : domainOfName(company(clue));
}

function person({ subject, index }: Clue): string {
  return index === undefined ? subject.personName : sample(SAMPLE_PEOPLE, index);
}

function title({ subject, index }: Clue): string {
  return index === undefined ? subject.jobTitle : sample(SAMPLE_TITLES, index);
}

function readableName(name: string): string {
  return name.replaceAll('_', ' ').trim();
}

/** The first pattern that matches the member's name decides the value. */
const TEXTS: readonly (readonly [RegExp, (clue: Clue) => string])[] = [
  [/(?:^|_)ids?$/, ({ newId }) => newId()],
  [/person.*linkedin_url$/, (clue) => `https://www.linkedin.com/in/${slugOf(person(clue))}`],
  [/linkedin_url$/, (clue) => `https://www.linkedin.com/company/${slugOf(company(clue))}`],
  [/(?:^|_)urls?$/, (clue) => `https://${domain(clue)}/${slugOf(clue.name.replace(/_?urls?$/, ''))}`],
  [/inferred_domain$|customer_domain/, (clue) => domainOfName(company(clue))],
  [/domains?$/, domain],
  [/email$/, (clue) => `${slugOf(person(clue)).replaceAll('-', '.')}@example.com`],
  [/(?:person|full|first|last)_names?$/, person],
  [/vc_names?$/, (clue) => `${company(clue)} Ventures`],
  [/names?$/, company],
  [/cit(?:y|ies)$/, () => 'Austin'],
  [/states?$/, () => 'Texas'],
  [/countr(?:y|ies)$/, () => 'United States'],
  [/(?:location|address)/, () => 'Austin, Texas, United States'],
  [/confidence$/, () => 'high'],
  [/industr(?:y|ies)/, () => 'Software Development'],
  [/employee_ranges?$|size$/, () => '51-200'],
  [/seniorit(?:y|ies|y_level)$/, () => 'vp'],
  [/job_functions?$/, () => 'Sales'],
  [/article_title$/, (clue) => `How ${company(clue)} grew`],
  [/titles?$/, title],
  [/funding_stages?$/, () => 'series_b'],
  [/(?:_date|_at|_on)$/, () => '2024-06-01'],
  [/status$/, () => 'completed'],
  [/number_of_|minimum_seats/, () => '3'],
  [/_exists$|_required$|_offered$|_guarantee$|_trial$|_gating$|_cta$/, () => 'yes'],
  [/pricing_model$/, () => 'per_seat'],
  [/pricing_visibility$/, () => 'public'],
  [/billing_default$/, () => 'annual'],
  [/sales_motion$/, () => 'sales_led'],
  [/explanation$|reason(?:ing)?$|rationale$|message$/, (clue) => `Simulated: found on ${domain(clue)}.`],
  [/currency$/, () => 'USD'],
];

/** A string that fits the member's name; the same for the same request, except for ids. */
export function plausibleText(clue: Clue): string {
  const maker = TEXTS.find(([pattern]) => pattern.test(clue.name))?.[1];
  return maker?.(clue) ?? `Simulated ${readableName(clue.name)} of ${company(clue)}`;
}
