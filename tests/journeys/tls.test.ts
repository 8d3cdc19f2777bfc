import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { until } from '#testkit/assay-client.ts';
import { run, succeed, withoutPeers } from '#testkit/peers.ts';
import { pushImage } from '#testkit/push.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { createTestTls, trustAuthority, writeTestTls } from '#testkit/tls.ts';

const FORWARDED = {
  'x-forwarded-for': '198.51.100.4',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'images.example',
};

describe('TLS and proxies', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let files: ReturnType<typeof writeTestTls>;
  let assay: TestAssay;

  before(async () => {
    folder = await temporaryFolder();
    const tls = await createTestTls();
    files = writeTestTls(folder.path, tls);
    trustAuthority(tls.ca);
    const env = { ASSAY_WEB_PROCESSES: '2', ASSAY_TRUSTED_PROXIES: '127.0.0.0/8' };
    assay = await startAssay({ tls: files, env });
  });
  after(async () => {
    await assay[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const curl = (...args: readonly string[]) => succeed('curl', ['-sS', '--cacert', files.ca, ...args]);
  const user = () => `${assay.admin.name}:${assay.admin.password}`;

  test('push, verdict and the command line work over it', async () => {
    const target = { url: assay.url, person: assay.admin, repository: 'staging/tls' };
    await pushImage(target, alpineImage({ about: 'tls' }), '1');
    assert.ok((await assay.api.waitForIntake('staging/tls:1')).status);
    assert.match(await assay.cli('intake'), /staging\/tls/);
    const untrusted = await run(process.execPath, ['-e', `await fetch('${assay.url}/livez')`]);
    assert.match(untrusted.stderr, /certificate|issuer/);
  });

  describe('curl', { skip: withoutPeers('curl') }, () => {
    for (const [flag, version] of [
      ['--http1.1', '1.1'],
      ['--http2', '2'],
    ] as const) {
      test(`reads the registry, the API and the portal by HTTP/${version}`, async () => {
        const format = '\n%{http_version} %{http_code}';
        const api = await curl(flag, '-w', format, '-u', user(), `${assay.url}/api/v1/me`);
        assert.match(api, new RegExp(`"name":"admin".*\n${version} 200$`));
        const tags = await curl(flag, '-w', format, '-u', user(), `${assay.url}/v2/staging/tls/tags/list`);
        assert.match(tags, new RegExp(`"tags":\\["1"\\].*\n${version} 200$`));
        const head = await curl(flag, '-I', '-u', user(), `${assay.url}/v2/staging/tls/manifests/1`);
        assert.match(head, /docker-content-digest: sha256:/i);
        const page = await curl(flag, '-o', '/dev/null', '-w', format, `${assay.url}/livez`);
        assert.match(page, new RegExp(`${version} 200$`));
        const events = await run('curl', [
          '-sS',
          flag,
          '--cacert',
          files.ca,
          '-u',
          user(),
          '-m',
          '1',
          `${assay.url}/api/v1/events`,
        ]);
        assert.match(events.stdout, /^retry: \d+/);
        const session = ['-X', 'POST', '-H', 'content-type: application/json', '-D', '-', '-o', '/dev/null'];
        const [username, password] = [assay.admin.name, assay.admin.password];
        const body = JSON.stringify({ username, password });
        const signedIn = await curl(
          flag,
          ...session,
          '-H',
          `Origin: ${assay.url}`,
          '-d',
          body,
          `${assay.url}/api/v1/session`,
        );
        assert.match(signedIn, /set-cookie: assay_session=.*Secure/i);
      });
    }
  });

  test('a trusted proxy says where the token is to be had, for whom the cookie is, and who came', async () => {
    const asked = await fetch(`${assay.url}/v2/staging/tls/tags/list`, {
      headers: { ...FORWARDED, authorization: 'Bearer x' },
    });
    assert.match(
      asked.headers.get('www-authenticate') ?? '',
      /realm="https:\/\/images.example\/auth\/token",service="images.example"/,
    );
    const authorization = `Basic ${Buffer.from(user()).toString('base64')}`;
    const scope = 'repository:staging/tls:pull';
    const { token } = (await (
      await fetch(`${assay.url}/auth/token?scope=${scope}`, { headers: { ...FORWARDED, authorization } })
    ).json()) as { token: string };
    const path = `${assay.url}/v2/staging/tls/tags/list`;
    const bearer = { authorization: `Bearer ${token}` };
    assert.equal((await fetch(path, { headers: { ...FORWARDED, ...bearer } })).status, 200);
    // A token is for the address that it was asked for.
    assert.equal((await fetch(path, { headers: bearer })).status, 401);
    const target = { url: assay.url, person: assay.admin, repository: 'staging/proxied' };
    const body = Buffer.from('{"about":"proxied"}');
    await pushImage(target, alpineImage({ about: body.toString() }), '1');
  });

  test('a new certificate is served within seconds; one that is broken is not, and the log says so', async () => {
    const served = async () => {
      const [host, port] = assay.host.split(':');
      const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { serialNumber } = new X509Certificate(socket.getPeerCertificate(true).raw);
      socket.destroy();
      return serialNumber;
    };
    const next = await createTestTls();
    const { serialNumber } = new X509Certificate(next.cert);
    writeFileSync(files.cert, next.cert);
    await until(
      'the complaint',
      async () => /is not used: .*they do not belong together/.test(assay.log()) || undefined,
    );
    assert.notEqual(await served(), serialNumber);
    writeFileSync(files.key, next.key);
    await until('both web processes', async () => {
      const serials = await Promise.all(Array.from({ length: 6 }, served));
      return serials.every((serial) => serial === serialNumber) || undefined;
    });
    assert.match(assay.log(), /the TLS certificate was renewed/);
    rmSync(files.key);
    await until('the complaint', async () => /is not used: cannot read the TLS key/.test(assay.log()) || undefined);
    assert.equal(await served(), serialNumber);
  });
});

test('a certificate that no server could use ends the start with a sentence', async () => {
  await using folder = await temporaryFolder();
  const [files, other] = [writeTestTls(folder.path, await createTestTls()), await createTestTls()];
  writeFileSync(join(folder.path, 'other.key'), other.key);
  const started = startAssay({ tls: { ...files, key: join(folder.path, 'other.key') } });
  await assert.rejects(started, /cannot use the TLS certificate .* they do not belong together/);
});
