/** The end of a sentence about a call that may have reached user code. */
export const workUnknown = 'whether the function did its work is unknown.';

/** A 303 that must not be followed. */
export class RedirectRefusedError extends Error {
  override readonly name = 'RedirectRefusedError';
}

/** The result could not be loaded from where a 303 led: the call itself has been started. */
export class HopFailedError extends Error {
  override readonly name = 'HopFailedError';

  constructor(cause: unknown) {
    super('the result of a call that was started could not be loaded', { cause });
  }
}

/** The head of a response that says what cannot be. */
export class InvalidResponseError extends Error {
  override readonly name = 'InvalidResponseError';

  /** @param why what is wrong with it, as the end of a sentence. */
  constructor(why: string, cause?: unknown) {
    super(`The response of the function cannot be used: ${why}; ${workUnknown}`, { cause });
  }
}

/** An interim response that nobody asked for, and that cannot be skipped. */
export class InformationalResponseError extends Error {
  override readonly name = 'InformationalResponseError';

  /** @param what the function sent, as the object of a sentence. */
  constructor(what: string, cause?: unknown) {
    super(`The function sent ${what}, which nobody asked for; ${workUnknown}`, { cause });
  }
}

/** The connection broke when the request had been sent, or a part of it. */
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
    super(`${host} is not a public address: rows may only name functions on the internet.`);
  }
}
