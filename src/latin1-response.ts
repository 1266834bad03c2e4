import { ServerResponse } from 'node:http';

const nothing = Buffer.alloc(0);

/**
 * Node writes the head of an answer in latin1, byte for byte, but in UTF-8 where `flushHeaders()` sends it alone, as
 * happens to every stream; bytes of a function's header above 127 would arrive as two. An empty chunk of bytes sends the
 * head in latin1 and nothing else.
 */
export class Latin1Response extends ServerResponse {
  override flushHeaders(): void {
    // To HEAD nothing can be written before the end, which a stream of events need not have.
    if (this.req.method === 'HEAD') super.flushHeaders();
    else this.write(nothing);
  }
}
