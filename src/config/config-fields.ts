import { z } from 'zod';

/** The unit of a number, and its maximum in readable form, such as 2 GiB. */
type Unit = Readonly<{ name: 'bytes' | 'milliseconds' | 'seconds'; max: string }>;

/** A whole number in decimal digits. */
export const whole = (min: number, max: number, fallback: number, unit?: Unit) => {
  const message =
    unit === undefined
      ? `must be a whole number between ${min} and ${max}`
      : `must be a whole number of ${unit.name} between ${min} and ${max} (${unit.max})`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
    .default(fallback);
};

/** A URL that node-postgres accepts. It may contain a password, so no error repeats it. */
export const postgresUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^postgres(?:ql)?:$/.test(new URL(value).protocol), {
    message:
      'must be a URL such as postgres://user:password@host:5432/database (its value is not shown here)',
  });

const hostPattern = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
/** Host names, or patterns such as `*.modal.run`, in lower case. */
export const hostList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim().toLowerCase())
      .filter((item) => item !== ''),
  )
  .refine((items) => items.length > 0 && items.every((item) => hostPattern.test(item)), {
    message: 'must be host names or patterns such as *.modal.run, separated by commas',
  });

/** Hosts of functions. An IP address could never be called, because rows contain host names. */
export const functionHosts = hostList.refine((items) => items.every((item) => !/^[\d.]+$/.test(item)), {
  message:
    'must be host names, not IP addresses: to call functions at an IP address, set UPSTREAM_CONNECT_TO',
});

/** Scheme, host and port. */
export const origin = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:\/\/[^/?#@]+\/?$/.test(value), {
    message: 'must be an origin such as http://127.0.0.1:9000, without a path',
  })
  .transform((value) => new URL(value).origin);

/** Origins as browsers send them: no path, no trailing slash. */
export const corsOrigins = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(
    z.array(
      z.union(
        [z.literal('*'), origin],
        'must be * or origins such as https://app.example.com, separated by commas',
      ),
    ),
  );

/** A workspace or environment as Modal writes it in URLs. */
export const modalName = z
  .string()
  .regex(
    /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
    'must be a name as it appears in Modal URLs: lower-case letters, digits and single hyphens',
  );
/** A secret. */
export const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be a token without spaces (its value is not shown here)');
