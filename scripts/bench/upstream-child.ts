import { createServer } from 'node:http';
import { tellParent } from './settings.ts';

/** Stands for all functions: takes any request and answers 200 at once. Ends with its parent. */
const answer = '{"success":true}';
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The upstream has no port.');
  tellParent({ origin: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
