import { classifyPlatformError, type PlatformError } from '../../../modal/platform-errors.ts';
import { joinChunks } from '../call.ts';
import type { FunctionResponse } from '../call-result.ts';

/** Returns the error that the platform sent in place of the function's response; null if the response is the function's own. */
export function platformErrorOf({ status, headers, body }: FunctionResponse): PlatformError | null {
  if (status < 400 || body.kind !== 'buffered') return null;
  const contentType = headers['content-type'];
  const type = typeof contentType === 'string' ? contentType : undefined;
  return classifyPlatformError(status, type, joinChunks(body.chunks, body.size));
}
