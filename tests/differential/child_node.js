// Reads one message per frame with node's own parser, a newer llhttp than the
// one in Debian's package, and answers with what it made of it. See children.h
// for the frames.
//
// The parser does not say where a message ended. It is fed byte by byte, so that
// the byte with which it reports the end is known.
'use strict';
const fs = require('fs');
const {HTTPParser, methods} = process.binding('http_parser');

function bytes(value) {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'latin1');
}

function frame(strings) {
  const parts = [Buffer.alloc(4)];
  for (const value of strings) {
    const body = bytes(value), size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    parts.push(size, body);
  }
  const all = Buffer.concat(parts);
  all.writeUInt32LE(all.length - 4);
  return all;
}

function trimmed(list) {
  return list.map((v, i) => i % 2 ? v.replace(/[ \t]+$/, '') : v);
}

function read(kind, input) {
  const parser = new HTTPParser();
  const got = {method: '', target: '', phrase: '', minor: 0, status: 0};
  let fields = [], trailers = [], headDone = false, done = false;
  const body = [];
  parser.initialize(kind === 'Q' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {},
                    1 << 20);
  parser[HTTPParser.kOnHeaders] = (list, url) => {
    if (headDone) {
      trailers = trailers.concat(list);
    } else {
      fields = fields.concat(list);
      got.target += url;
    }
  };
  parser[HTTPParser.kOnHeadersComplete] =
      (major, minor, list, method, url, status, phrase) => {
        headDone = true;
        fields = fields.concat(list || []);
        got.minor = minor;
        got.target += url || '';
        got.method = kind === 'Q' ? parserMethods[method] : '';
        got.status = status || 0;
        got.phrase = phrase || '';
        return 0;
      };
  parser[HTTPParser.kOnBody] = (piece) => body.push(Buffer.from(piece));
  parser[HTTPParser.kOnMessageComplete] = () => { done = true; };
  let verdict = 'U', why = '', end = 0;
  for (let i = 0; i < input.length && !done && verdict === 'U'; i++) {
    const result = parser.execute(input.subarray(i, i + 1));
    end = i + 1;
    if (!done && result instanceof Error) {
      verdict = 'R';
      why = result.code;
    }
  }
  if (!done && verdict === 'U') parser.finish();
  if (done) verdict = 'A';
  parser.close();
  return frame([verdict, why, got.method, got.target, got.phrase, got.minor,
                got.status, end, Buffer.concat(body), fields.length / 2,
                trailers.length / 2, ...trimmed(fields), ...trimmed(trailers)]);
}

const parserMethods =
    process.binding('http_parser').allMethods || methods;

function readExactly(size) {
  const buffer = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const n = fs.readSync(0, buffer, at, size - at, null);
    if (n === 0) return null;
    at += n;
  }
  return buffer;
}

function writeAll(buffer) {
  for (let at = 0; at < buffer.length;) {
    at += fs.writeSync(1, buffer, at, buffer.length - at);
  }
}

for (;;) {
  const head = readExactly(4);
  if (head === null) break;
  const input = readExactly(head.readUInt32LE());
  if (input === null) break;
  writeAll(read(String.fromCharCode(input[0]), input.subarray(1)));
}
