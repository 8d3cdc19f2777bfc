import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, mutate } from './mutations.ts';

type Random = (below: number) => number;

const HEX = '0123456789abcdef';
/** Of the blob `{}`, which the server has. */
const digest = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

const names = [
  'staging/hostile',
  'golden/hostile',
  'staging/a/blobs/uploads',
  'staging/../golden/x',
  'STAGING/x',
  `staging/${'x/'.repeat(140)}y`,
  `staging/${'a-'.repeat(2000)}`,
  'staging/%2e%2e%2fx',
  'staging/a%00b',
  '_catalog',
  '',
];
const references = [
  digest,
  '1',
  `sha512:${HEX.repeat(8)}`,
  'sha256:short',
  'md5:0123',
  `sha256:${'A'.repeat(64)}`,
  '.hidden',
  'x'.repeat(129),
  '%ff%fe',
  '%',
  '..',
  'a%2Fb',
  '%00',
  '0123456789abcdef.6f9619ff-8b86-d011-b42d-00c04fc964ff',
];
const queries = [
  '',
  '?n=1',
  '?n=-1',
  '?n=1e9',
  '?n=99999999999999999999',
  '?n=0&last=',
  `?last=${'z'.repeat(3000)}`,
  '?last=%00',
  '?last=%ed%a0%80',
  `?digest=${digest}`,
  '?digest=sha256:nothing',
  `?mount=${digest}&from=golden/hostile`,
  '?mount=x&from=../../etc',
  '?digest-algorithm=md5',
  '?digest-algorithm=__proto__',
  '?artifactType=%22%0d%0aset-cookie:x',
  '?tag=a&tag=b&tag=.',
  `?${'tag=t&'.repeat(500)}`,
  '?__proto__=1&constructor=2',
  '?scope=repository:staging/hostile:pull,push&service=x',
  '?scope=repository::*&scope=registry:catalog:*&scope=::::',
  `?scope=${'repository:staging/a:pull%20'.repeat(100)}`,
];
const paths: readonly ((random: Random) => string)[] = [
  () => '/v2/',
  () => '/v2',
  () => '/v2/_catalog',
  (random) => `/v2/${often(names, random)}/tags/list`,
  (random) => `/v2/${often(names, random)}/manifests/${often(references, random)}`,
  (random) => `/v2/${often(names, random)}/manifests/${often(references, random)}`,
  (random) => `/v2/${often(names, random)}/blobs/${often(references, random)}`,
  (random) => `/v2/${often(names, random)}/blobs/uploads/`,
  (random) => `/v2/${often(names, random)}/blobs/uploads/${often(references, random)}`,
  (random) => `/v2/${often(names, random)}/referrers/${often(references, random)}`,
  () => '/auth/token',
  (random) => `/api/v1/images/${often(references, random)}/findings`,
  (random) => `/api/v1/entries/${encodeURIComponent(often(names, random))}`,
  (random) => `/api/v1/intake/${often(references, random)}`,
  (random) => `/${often(references, random)}`,
];
const methods = ['GET', 'GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const headers = [
  'range: bytes=0-',
  'range: bytes=-0',
  'range: bytes=99999999999999999999-',
  'range: bytes=5-1,7-9',
  'if-range: "x"',
  'content-range: 0-0',
  'content-range: bytes 5-9/*',
  'content-range: 9-1',
  'content-type: application/vnd.oci.image.manifest.v1+json',
  'content-type: application/vnd.oci.image.index.v1+json',
  'content-type: application/x-www-form-urlencoded',
  `content-type: ${'x'.repeat(4000)}`,
  'content-encoding: gzip',
  'authorization: Basic !!!',
  'authorization: Bearer a.b.c',
  `authorization: Bearer ${'x.'.repeat(4000)}`,
  'authorization: Negotiate x',
  'accept: */*',
  'expect: 100-continue',
  'expect: something',
  'upgrade: websocket',
  'cookie: assay_session=__proto__; assay_session=',
  `x-many: ${'y'.repeat(40_000)}`,
  'origin: null',
];
const bodies: readonly ((random: Random) => Buffer)[] = [
  () => Buffer.alloc(0),
  () => Buffer.from('{}'),
  () => manifest({}),
  () => manifest({ layers: null, subject: null, annotations: null }),
  () => manifest({ layers: [{ mediaType: 'x', digest, size: 2 ** 53 }] }),
  () => manifest({ annotations: { '\0': '\ud800', __proto__: 'x' } }),
  () => manifest({ subject: { mediaType: 'x', digest, size: 1 }, artifactType: 'a\u0000b' }),
  () => Buffer.from(`${'['.repeat(5000)}${']'.repeat(5000)}`),
  () => Buffer.from(`{"schemaVersion":2,"config":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`),
  () => Buffer.from('grant_type=password&username=admin&password=%00&scope=repository:staging/x:pull'),
  () => Buffer.from('grant_type=refresh_token&refresh_token=%ff'),
  (random) => Buffer.alloc(random(200_000), 0x61),
];

function pick<T>(from: readonly [T, ...T[]] | readonly T[], random: Random): T {
  return from[random(from.length)] as T;
}

/** The first, which exists, as often as all others together: so that half of the requests get past the first check. */
function often<T>(from: readonly T[], random: Random): T {
  return random(2) === 0 ? (from[0] as T) : pick(from, random);
}

function manifest(more: object): Buffer {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2 };
  return Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [], ...more }));
}

/** How the length of a body is told, rightly and wrongly. */
const framings: readonly ((body: Buffer) => readonly [head: string, bytes: Buffer])[] = [
  (body) => [`content-length: ${body.length}\r\n`, body],
  (body) => [`content-length: ${body.length}\r\n`, body],
  (body) => ['transfer-encoding: chunked\r\n', Buffer.concat([chunk(body), Buffer.from('0\r\n\r\n')])],
  (body) => [`content-length: ${body.length + 7}\r\n`, body],
  (body) => [`content-length: ${Math.floor(body.length / 2)}\r\n`, body],
  (body) => [`content-length: ${body.length}\r\ntransfer-encoding: chunked\r\n`, chunk(body)],
  (body) => ['transfer-encoding: chunked\r\n', Buffer.concat([Buffer.from('fffffffffff\r\n'), body])],
  (body) => ['content-length: 9999999999999999999\r\n', body],
  (body) => ['content-length: -1\r\n', body],
];

function chunk(body: Buffer): Buffer {
  if (body.length === 0) return body;
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
}

/** The bytes of a request that a stranger might send, always the same for a number; sometimes several in a row. */
export function hostileRequest(number: number, authorization: string): Buffer {
  const random = createRandom(number);
  const requests = [oneRequest(random, authorization)];
  if (random(6) === 0) requests.push(oneRequest(random, authorization));
  const bytes = Buffer.concat(requests);
  return random(8) === 0 ? mutate(bytes, random) : bytes;
}

function oneRequest(random: Random, authorization: string): Buffer {
  const method = pick(methods, random);
  let target = pick(paths, random)(random) + pick(queries, random);
  if (random(8) === 0) target = mutate(Buffer.from(target), random).toString('latin1').replace(/\s/g, '');
  const given = random(5) === 0 ? [] : [`authorization: ${authorization}`];
  for (let count = random(3); count > 0; count -= 1) given.push(pick(headers, random));
  let body = pick(bodies, random)(random);
  if (random(4) === 0) body = mutate(body, random);
  const [framing, framed] = often(framings, random)(body);
  const head = `${method} ${target} HTTP/1.1\r\nhost: assay\r\n${given.map((line) => `${line}\r\n`).join('')}`;
  return Buffer.concat([Buffer.from(`${head}${framing}connection: keep-alive\r\n\r\n`, 'latin1'), framed]);
}

/** What the requests ask for, so that some find it. */
export async function pushWhatExists(url: string, authorization: string): Promise<void> {
  const send = (method: string, path: string, type: string, body: Buffer) =>
    fetch(`${url}/v2/staging/hostile/${path}`, {
      method,
      headers: { authorization, 'content-type': type },
      body: new Uint8Array(body),
    });
  await send('POST', `blobs/uploads/?digest=${digest}`, 'application/octet-stream', Buffer.from('{}'));
  await send('PUT', 'manifests/1', 'application/vnd.oci.image.manifest.v1+json', manifest({}));
}

export interface Exchange {
  /** The statuses of the answers, in their order. */
  readonly statuses: readonly number[];
  /** Error answers without a request id. */
  readonly anonymousErrors: number;
  readonly elapsedMs: number;
}

const HUNG_MS = 20_000;
/** A server that waits for more of a body says nothing for so long; then it hears that there is none. */
const QUIET_MS = 400;
const LAST = 'GET /livez HTTP/1.1\r\nhost: assay\r\nconnection: close\r\n\r\n';

/**
 * Sends the bytes in pieces and a last request behind them, with which a server that is still reading ends the
 * connection; reads until it is ended.
 */
export async function exchange(port: number, bytes: Buffer, number: number): Promise<Exchange> {
  const random = createRandom(number + 0x5eed);
  const startedAt = performance.now();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const answered: Buffer[] = [];
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const quiet = setTimeout(() => socket.end(), QUIET_MS);
  const hung = setTimeout(() => socket.destroy(), HUNG_MS);
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  socket.on('data', (data: Buffer) => {
    answered.push(data);
    quiet.refresh();
  });
  const all = Buffer.concat([bytes, Buffer.from(LAST)]);
  const pieces = random(3) === 0 ? 2 + random(4) : 1;
  for (let piece = 0; piece < pieces; piece += 1) {
    const [from, to] = [piece, piece + 1].map((part) => Math.floor((all.length * part) / pieces));
    socket.write(all.subarray(from, to));
    if (pieces > 1) await sleep(1);
  }
  await closed;
  clearTimeout(quiet);
  clearTimeout(hung);
  return outcomeOf(Buffer.concat(answered).toString('latin1'), performance.now() - startedAt);
}

function outcomeOf(text: string, elapsedMs: number): Exchange {
  const heads = [...text.matchAll(/HTTP\/1\.1 (\d{3}) [^\r]*\r\n([\s\S]*?)\r\n\r\n/g)];
  const finals = heads.filter(([, status]) => status !== '100');
  const errors = finals.filter(([, status]) => Number(status) >= 400);
  return {
    statuses: finals.map(([, status]) => Number(status)),
    anonymousErrors: errors.filter(([, , head = '']) => !/^x-request-id: \S/im.test(head)).length,
    elapsedMs,
  };
}
