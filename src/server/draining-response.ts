import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

type HeadLines = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * Responses that close their connection while their server drains, those to requests that came before, too.
 *
 * @param isClosing asked as each head is written.
 */
export function drainingResponse(isClosing: () => boolean) {
  return class extends ServerResponse {
    override writeHead(status: number, reasonOrHeaders?: string | HeadLines, headers?: HeadLines): this {
      if (isClosing()) this.shouldKeepAlive = false;
      return typeof reasonOrHeaders === 'string'
        ? super.writeHead(status, reasonOrHeaders, headers)
        : super.writeHead(status, reasonOrHeaders);
    }
  };
}
