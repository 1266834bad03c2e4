import { createServer } from 'node:http';
import { sendToParent } from './settings.ts';

/** Stands in for all functions: responds to any request with 200 at once. Exits with its parent. */
const body = '{"success":true}';
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The upstream has no port.');
  sendToParent({ origin: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
