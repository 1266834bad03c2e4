import type { FaultKind } from './fault-kind.ts';

const unseen = 'it has not seen this call.';

/** Common to all of them: no request was sent, and the next attempt may succeed. */
const unconnected = { retry: 'safe', tripsBreaker: true, retryAfterSeconds: 5 } as const;

const unreachable: FaultKind = {
  ...unconnected,
  code: 'function_unreachable',
  proxyError: 'destination_unavailable',
  detail: `No connection to the function could be made; ${unseen}`,
};
const tlsFailed: FaultKind = {
  ...unreachable,
  proxyError: 'tls_protocol_error',
  detail: `A TLS connection to the function could not be established; ${unseen}`,
};
const nameNotFound: FaultKind = {
  ...unconnected,
  code: 'upstream_name_not_found',
  proxyError: 'dns_error',
  detail: `The host name of the function could not be resolved; ${unseen}`,
};
const refused: FaultKind = {
  ...unconnected,
  code: 'upstream_connection_refused',
  proxyError: 'connection_refused',
  detail: `The function's host refused the connection; ${unseen}`,
};
const timedOut: FaultKind = {
  ...unconnected,
  code: 'upstream_connect_timeout',
  proxyError: 'connection_timeout',
  detail: `Connecting to the function timed out; ${unseen}`,
};

const kindByCode: ReadonlyMap<string, FaultKind> = new Map([
  ['ECONNREFUSED', refused],
  ['EHOSTUNREACH', unreachable],
  ['ENETUNREACH', unreachable],
  ['EADDRNOTAVAIL', unreachable],
  ['ENOTFOUND', nameNotFound],
  ['EAI_AGAIN', nameNotFound],
  ['EAI_FAIL', nameNotFound],
  ['ETIMEDOUT', timedOut],
  ['UND_ERR_CONNECT_TIMEOUT', timedOut],
]);

/** Node docs, tls, "X509 certificate error codes"; ERR_TLS_CERT_ALTNAME_* are Node's own. */
const certificateCode =
  /^(?:CERT_|CRL_|ERROR_IN_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$)/;
const tlsCode = /^(?:ERR_TLS_|ERR_SSL_|EPROTO$)/;

/** Returns why a connection could not be made; null for other errors. */
export function connectFaultOf(error: Error): FaultKind | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (certificateCode.test(code)) return certificateInvalid(code);
  return kindByCode.get(code) ?? (tlsCode.test(code) ? tlsFailed : null);
}

function certificateInvalid(code: string): FaultKind {
  return {
    ...unconnected,
    code: 'upstream_certificate_invalid',
    proxyError: 'tls_certificate_error',
    detail: `The function's TLS certificate ${certificateFault(code)}, so it was not called; ${unseen}`,
  };
}

function certificateFault(code: string): string {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return 'is for another host name';
    case 'CERT_HAS_EXPIRED':
      return 'has expired';
    case 'CERT_NOT_YET_VALID':
      return 'is not valid yet';
    case 'CERT_REVOKED':
      return 'has been revoked';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_UNTRUSTED':
      return 'is not signed by an authority that the gateway trusts';
    default:
      return `could not be verified (${code})`;
  }
}
