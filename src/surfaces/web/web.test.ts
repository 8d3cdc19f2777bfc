import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { createWeb } from './web.ts';

const script = 'console.log("portal");'.repeat(100);

describe('the built portal', () => {
  let folder: string;
  let app: FastifyInstance;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-web-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<script nonce="ASSAY_CSP_NONCE"></script><i nonce="ASSAY_CSP_NONCE">');
    await writeFile(join(folder, 'scheme.js'), '// scheme');
    await writeFile(join(folder, 'assets/main-1a2b.js'), script);
    await writeFile(join(folder, 'assets/main-1a2b.js.br'), brotliCompressSync(script));
    app = Fastify();
    app.get('/api/v1/me', async () => ({}));
    await app.register(createWeb({ distDir: folder }));
  });
  after(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  test('a page has a fresh nonce in its text and in its policy', async () => {
    const [one, two] = await Promise.all([app.inject('/'), app.inject('/entries/golden/node?x=1')]);
    const nonce = /'nonce-([\w-]+)'/.exec(String(one.headers['content-security-policy']))?.[1] ?? '';
    assert.equal(nonce.length, 22);
    assert.equal(one.body, `<script nonce="${nonce}"></script><i nonce="${nonce}">`);
    assert.equal(two.statusCode, 200);
    assert.ok(!two.body.includes(nonce) && !two.body.includes('ASSAY_CSP_NONCE'));
    assert.match(String(one.headers['content-security-policy']), /frame-ancestors 'none'/);
    assert.equal(one.headers['x-content-type-options'], 'nosniff');
    assert.equal(one.headers['cache-control'], 'no-cache');
  });

  test('files are served compressed, and for a year', async () => {
    const answer = await app.inject({ url: '/assets/main-1a2b.js', headers: { 'accept-encoding': 'gzip, br' } });
    assert.equal(answer.headers['content-encoding'], 'br');
    assert.equal(brotliDecompressSync(answer.rawPayload).toString(), script);
    assert.match(String(answer.headers['cache-control']), /max-age=31536000, immutable/);
    assert.equal((await app.inject('/assets/main-1a2b.js')).body, script);
    assert.equal((await app.inject('/scheme.js')).headers['cache-control'], 'public, max-age=3600');
  });

  test('what belongs to other surfaces is theirs to answer', async () => {
    for (const url of ['/api/v1/nothing', '/v2/nothing', '/metrics', '/livez', '/assets/nothing.js']) {
      const answer = await app.inject(url);
      assert.equal(answer.statusCode, 404, url);
      assert.doesNotMatch(answer.body, /nonce/, url);
    }
    assert.equal((await app.inject('/api/v1/me')).statusCode, 200);
    assert.equal((await app.inject('/assets/..%2findex.html')).statusCode, 404);
  });

  test('an unknown address is a page that says so', async () => {
    const answer = await app.inject('/no-such-place');
    assert.equal(answer.statusCode, 404);
    assert.match(answer.body, /nonce/);
  });

  test('without a build a page says how to make one', async () => {
    const bare = Fastify();
    await bare.register(createWeb({ distDir: join(folder, 'nowhere') }));
    const answer = await bare.inject('/');
    assert.equal(answer.statusCode, 503);
    assert.match(answer.body, /npm run build/);
    await bare.close();
  });
});
