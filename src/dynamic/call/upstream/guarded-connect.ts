import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { AddressRefusedError } from './exchange-errors.ts';

/** How long connecting, including TLS, may take; the call's own deadline may end it sooner. */
const connectTimeoutMs = 10_000;

/**
 * Creates a connector to public addresses only. An address is checked right before the connection is made, so that a name
 * that resolves to something else the second time (DNS rebinding) gains nothing; literal addresses, which are never looked
 * up, are checked, too.
 *
 * @param lookup like `dns.lookup`.
 */
export function guardedConnector(lookup: LookupFunction = systemLookup): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMs, allowH2: false, lookup: guarded(lookup) });
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) {
      callback(new AddressRefusedError(options.hostname), null);
      return;
    }
    connect(options, callback);
  };
}

/** Refuses a name altogether if any of its addresses is not public: a mixed result is an attack, not a mistake. */
function guarded(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      if (error !== null) return callback(error, found, family);
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      if (addresses.length > 0 && addresses.every(isPublicAddress)) return callback(null, found, family);
      return callback(new AddressRefusedError(hostname), '', 0);
    });
  };
}

/** The only assigned part of IPv6 (IANA, "IPv6 Global Unicast Address Assignments"); `::7f00:1` is outside of it. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's metadata service ("WireServer"), which has a public address. */
const azureMetadata = '168.63.129.16';

/**
 * Whether an address belongs to the public internet: not private, loopback, link-local (cloud metadata), shared,
 * multicast, reserved, nor an IPv4 address of those kinds written as IPv6 (RFC 6890 and IANA's special-purpose registries).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || address.toString() === azureMetadata) return false;
  return address.kind() === 'ipv4' || address.match(globalUnicast);
}
