// node's own HTTP server with nothing changed: 200 to whatever it understands,
// once it has read the body. Its port is the argument.
'use strict';
const http = require('http');
const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('ok\n'));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
