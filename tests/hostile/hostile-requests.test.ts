import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { type Exchange, exchange, hostileRequest, pushWhatExists } from './hostile-requests.ts';

const REQUESTS = 2_000;
const AT_ONCE = 8;
const BOUND_MS = 15_000;

describe('requests of strangers', () => {
  let assay: TestAssay;
  let port: number;
  let authorization: string;

  before(async () => {
    assay = await startAssay({ env: { ASSAY_WEB_PROCESSES: '1' } });
    port = Number(new URL(assay.url).port);
    authorization = `Basic ${Buffer.from(`admin:${assay.admin.password}`).toString('base64')}`;
    await pushWhatExists(assay.url, authorization);
  });
  after(() => assay?.[Symbol.asyncDispose]());

  const send = (number: number) => exchange(port, hostileRequest(number, authorization), number);

  test('whatever is sent, no request hangs, none is answered 5xx, and every error has a request id', async () => {
    const outcomes = new Map<number, Exchange>();
    let next = 0;
    const sender = async () => {
      for (let number = next++; number < REQUESTS; number = next++) outcomes.set(number, await send(number));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    const numbersOf = (isBad: (outcome: Exchange) => boolean) =>
      [...outcomes].filter(([, outcome]) => isBad(outcome)).map(([number]) => number);
    assert.deepEqual(
      numbersOf(({ statuses }) => statuses.some((status) => status >= 500)),
      [],
      'answered 5xx',
    );
    assert.deepEqual(
      numbersOf(({ anonymousErrors }) => anonymousErrors > 0),
      [],
      'without a request id',
    );
    assert.deepEqual(
      numbersOf(({ elapsedMs }) => elapsedMs > BOUND_MS),
      [],
      'hung',
    );
    const counted = new Map<number, number>();
    for (const { statuses } of outcomes.values())
      for (const status of statuses) counted.set(status, (counted.get(status) ?? 0) + 1);
    for (const status of [200, 400, 401, 404, 405, 431])
      assert.ok((counted.get(status) ?? 0) > 0, `some are answered ${status}: ${JSON.stringify([...counted])}`);
    assert.equal((await fetch(`${assay.url}/readyz`)).status, 200);
    assert.doesNotMatch(assay.log(), /"level":(?:50|60)/, 'nothing unforeseen is in the log');
  });

  test('a request that is smuggled in the body of another is not answered', async () => {
    const inner = 'GET /livez HTTP/1.1\r\nhost: a\r\n\r\n';
    const smuggling = [
      `POST /auth/token HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
      `POST /auth/token HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${inner}`,
      `POST /auth/token HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\ncontent-length: 40\r\n\r\n${inner}`,
      `POST /auth/token HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
      `POST /auth/token HTTP/1.1\r\nhost: a\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n${inner}`,
      `POST /auth/token HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`,
      `POST /auth/token HTTP/1.1\r\nhost: a\r\nx: y\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
      `POST /auth/token HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1 \nx\r\n0\r\n\r\n${inner}`,
      `GET /livez HTTP/1.1\r\nhost: a\r\ncontent-length: ${inner.length}\r\n\r\n${inner}`,
    ];
    for (const text of smuggling) {
      const { statuses, anonymousErrors } = await exchange(port, Buffer.from(text), 1);
      // The second is that of the last request, which `exchange` sends.
      assert.ok(statuses.length <= 2, `${JSON.stringify(text)} was answered ${statuses}`);
      assert.equal(anonymousErrors, 0, text);
    }
  });

  test('pipelined requests are answered in their order', async () => {
    const one = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
    const bytes = Buffer.from(one('/livez') + one('/v2/') + one('/nowhere') + one('/livez'));
    assert.deepEqual((await exchange(port, bytes, 1)).statuses, [200, 401, 404, 200, 200]);
  });
});
