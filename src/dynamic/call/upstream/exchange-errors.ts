/** The end of a sentence about a call that may have reached user code. */
export const workUnknown = 'it is unknown whether the function did its work.';

/** A 303 that must not be followed. */
export class RedirectRefusedError extends Error {
  override readonly name = 'RedirectRefusedError';

  /** @param why what is wrong with it, as the end of a sentence. */
  constructor(why: string) {
    super(`The function responded with a 303 that is not followed: ${why}; ${workUnknown}`);
  }
}

/** The result could not be loaded from the location of a 303; the call itself has been started. */
export class HopFailedError extends Error {
  override readonly name = 'HopFailedError';

  constructor(cause: unknown) {
    super('the call was started, but its result could not be loaded', { cause });
  }
}

/** A response whose head is invalid. */
export class InvalidResponseError extends Error {
  override readonly name = 'InvalidResponseError';

  /** @param why what is wrong with it, as the end of a sentence. */
  constructor(why: string, cause?: unknown) {
    super(`The function's response cannot be used: ${why}; ${workUnknown}`, { cause });
  }
}

/** An interim response that was not requested and cannot be skipped. */
export class InformationalResponseError extends Error {
  override readonly name = 'InformationalResponseError';

  /** @param what the function sent, as the object of a sentence. */
  constructor(what: string, cause?: unknown) {
    super(`The function sent ${what}, which was not requested; ${workUnknown}`, { cause });
  }
}

/** The connection broke after the request, or a part of it, had been sent. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';

  constructor(cause: unknown) {
    super('the connection to the function broke after the request was sent', { cause });
  }
}

/** A function URL whose host is, or resolves to, an address that is not public. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';

  constructor(host: string) {
    super(
      `${host} is not a public address: only functions on the public internet can be called. Fix the row's modal_endpoint_url, or set UPSTREAM_CONNECT_TO.`,
    );
  }
}
