import type { JsonObject } from '../../../json-schema/json.ts';
import { memberOf } from './schema-shape.ts';

/** The company and person a call is about, read from its request; what is missing gets a default. */
export type Subject = Readonly<{ companyName: string; domain: string; personName: string; jobTitle: string }>;

const COMPANY_NAME_MEMBERS = [
  'company_name',
  'origin_company_name',
  'company_customer_name',
  'customer_company_name',
  'vc_name',
  'name',
] as const;

const DOMAIN_MEMBERS = [
  'domain',
  'company_domain',
  'origin_company_domain',
  'client_domain',
  'new_company_domain',
] as const;

/** Reads the subject of a call from its request, so that the response is about the same company and person. */
export function subjectOf(request: JsonObject): Subject {
  const askedDomain = firstText(request, DOMAIN_MEMBERS);
  const companyName = firstText(request, COMPANY_NAME_MEMBERS) ?? nameOfDomain(askedDomain ?? 'acme.example');
  const domain = askedDomain ?? domainOfName(companyName);
  const parts = [firstText(request, ['first_name']), firstText(request, ['last_name'])];
  const joined = parts.filter((part) => part !== undefined).join(' ');
  const personName = firstText(request, ['full_name', 'cleaned_full_name', 'person_name']) ?? joined;
  return {
    companyName,
    domain,
    personName: personName === '' ? 'Jane Doe' : personName,
    jobTitle: firstText(request, ['job_title', 'new_title', 'latest_title']) ?? 'VP of Sales',
  };
}

/** `Acme Robotics` -> `acme-robotics.example`, under a top-level domain that cannot exist (RFC 2606). */
export function domainOfName(name: string): string {
  return `${slugOf(name)}.example`;
}

/** `acme-robotics.example` -> `Acme Robotics`. */
function nameOfDomain(domain: string): string {
  const [label = ''] = domain.split('.');
  return label.replaceAll(/(?:^|-+)([^-]?)/g, (_, initial: string) => ` ${initial.toUpperCase()}`).trim();
}

/** Lower case, words joined by hyphens; never empty. */
export function slugOf(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? ['unnamed'];
  return words.join('-');
}

function firstText(request: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const member = memberOf(request, name);
    if (typeof member === 'string' && member.trim() !== '') return member;
  }
  return undefined;
}
