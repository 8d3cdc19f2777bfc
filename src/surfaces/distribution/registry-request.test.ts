import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '#kernel/errors.ts';
import { parseRequest } from './registry-request.ts';

const sha256 = `sha256:${'a'.repeat(64)}`;
const sha512 = `sha512:${'b'.repeat(128)}`;

describe('registry requests', () => {
  const good: readonly [method: string, url: string, expected: object][] = [
    ['GET', '/v2/', { kind: 'ping' }],
    ['HEAD', '/v2', { kind: 'ping' }],
    ['GET', '/v2/_catalog?n=3', { kind: 'catalog' }],
    ['GET', '/v2/a/tags/list', { kind: 'list-tags', repository: 'a' }],
    ['GET', '/v2/a/b/c/manifests/latest', { kind: 'get-manifest', repository: 'a/b/c', reference: 'latest' }],
    ['HEAD', `/v2/a/manifests/${sha512}`, { kind: 'get-manifest', repository: 'a', reference: sha512 }],
    ['PUT', '/v2/a/manifests/V1.0_x-y', { kind: 'put-manifest', repository: 'a', reference: 'V1.0_x-y' }],
    ['DELETE', '/v2/a/manifests/1', { kind: 'delete-manifest', repository: 'a', reference: '1' }],
    ['GET', `/v2/a/blobs/${sha256}`, { kind: 'get-blob', repository: 'a', digest: sha256 }],
    ['GET', `/v2/a/blobs/${sha256.replace(':', '%3A')}`, { kind: 'get-blob', repository: 'a', digest: sha256 }],
    ['DELETE', `/v2/a/blobs/${sha256}`, { kind: 'delete-blob', repository: 'a', digest: sha256 }],
    ['POST', '/v2/a/blobs/uploads/', { kind: 'start-upload', repository: 'a' }],
    ['POST', '/v2/a/blobs/uploads?digest=x', { kind: 'start-upload', repository: 'a' }],
    ['PATCH', '/v2/a/blobs/uploads/u', { kind: 'append-upload', repository: 'a', upload: 'u' }],
    ['PUT', '/v2/a/blobs/uploads/u', { kind: 'finish-upload', repository: 'a', upload: 'u' }],
    ['GET', '/v2/a/blobs/uploads/u', { kind: 'upload-status', repository: 'a', upload: 'u' }],
    ['DELETE', '/v2/a/blobs/uploads/u', { kind: 'cancel-upload', repository: 'a', upload: 'u' }],
    ['GET', `/v2/a/referrers/${sha256}`, { kind: 'list-referrers', repository: 'a', digest: sha256 }],
    ['GET', '/v2/manifests/manifests/x', { kind: 'get-manifest', repository: 'manifests', reference: 'x' }],
    ['GET', '/v2/a/blobs/uploads/tags/list', { kind: 'list-tags', repository: 'a/blobs/uploads' }],
  ];
  for (const [method, url, expected] of good) {
    test(`${method} ${url.slice(0, 60)} is understood`, () => {
      const { query, ...rest } = parseRequest(method, url);
      assert.ok(query instanceof URLSearchParams);
      assert.deepEqual(rest, expected);
    });
  }

  const bad: readonly [method: string, url: string, code: string][] = [
    ['GET', '/v2/A/tags/list', 'NAME_INVALID'],
    ['GET', '/v2/a//b/tags/list', 'NAME_INVALID'],
    ['GET', '/v2/../etc/tags/list', 'NAME_INVALID'],
    ['GET', '/v2/a%2fb/tags/list', 'NAME_INVALID'],
    ['GET', `/v2/${'a'.repeat(256)}/tags/list`, 'NAME_INVALID'],
    ['GET', '/v2/a/manifests/%zz', 'NAME_INVALID'],
    ['GET', '/v2/a/manifests/-x', 'MANIFEST_INVALID'],
    ['GET', `/v2/a/manifests/${'x'.repeat(129)}`, 'MANIFEST_INVALID'],
    ['GET', '/v2/a/manifests/sha256:bad', 'DIGEST_INVALID'],
    ['GET', '/v2/a/manifests/md5:d41d8cd98f00b204e9800998ecf8427e', 'DIGEST_INVALID'],
    ['GET', '/v2/a/blobs/latest', 'DIGEST_INVALID'],
    ['GET', `/v2/a/referrers/${sha256.toUpperCase()}`, 'DIGEST_INVALID'],
    ['POST', '/v2/a/manifests/x', 'UNSUPPORTED'],
    ['constructor', '/v2/a/manifests/x', 'UNSUPPORTED'],
    ['GET', '/v2/a/blobs/uploads/', 'UNSUPPORTED'],
    ['GET', '/v2/a/tags/list?last=%00', 'invalid-input'],
    ['GET', '/v2/manifests/x', 'NAME_UNKNOWN'],
    ['GET', '/v2/a/b', 'NAME_UNKNOWN'],
  ];
  for (const [method, url, code] of bad) {
    test(`${method} ${url.slice(0, 60)} is ${code}`, () => {
      assert.throws(() => parseRequest(method, url), { code });
    });
  }

  test('whatever is sent is understood or refused with a code, quickly', () => {
    const parts = ['a', 'A', '/', '//', 'blobs', 'uploads', 'manifests', 'tags', 'list', '%', '%2e', '..', ':', sha256];
    const more = ['?n=1', '\u0000', 'é', '-', '_', '.', 'referrers', '_catalog', 'a'.repeat(3000)];
    let seed = 7;
    const pick = <T>(from: readonly T[]): T => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return from[seed % from.length] as T;
    };
    for (let round = 0; round < 20_000; round += 1) {
      const url = `/v2/${Array.from({ length: 1 + (round % 12) }, () => pick([...parts, ...more, '/'])).join('')}`;
      try {
        parseRequest(pick(['GET', 'PUT', 'PATCH', 'POST', 'DELETE', 'HEAD', '']), url);
      } catch (error) {
        assert.ok(error instanceof AppError, url);
      }
    }
  });
});
