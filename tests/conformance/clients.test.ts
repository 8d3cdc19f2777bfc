import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findManifest } from '#features/registry/index.ts';
import { run, succeed, testData, withoutData, withoutPeers } from '#testkit/peers.ts';
import { startRegistry, type TestRegistry } from '#testkit/registry.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const IMAGE = 'images/alpine-3.20.3.oci.tar';
const SENTENCE =
  'staging/alpine:3 was retired on 23 Nov 2026 because its distribution ended. Use staging/alpine:4 instead.';

describe('real clients', { skip: withoutPeers('skopeo', 'crane', 'oras') || withoutData(IMAGE) }, () => {
  let registry: TestRegistry;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const retired = new Set<string>();

  before(async () => {
    folder = await temporaryFolder();
    registry = await startRegistry({
      deps: {
        pullDecision: (_repository, digest) =>
          retired.has(digest) ? { kind: 'refused', message: SENTENCE } : { kind: 'served' },
      },
    });
    await writeFile(join(folder.path, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
    const image = `oci-archive:${testData(IMAGE)}`;
    await skopeo('copy', '--all', '--dest-tls-verify=false', '--dest-creds=admin:secret', image, docker('alpine:3'));
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const environment = () => ({ env: { DOCKER_CONFIG: folder.path, HOME: folder.path }, cwd: folder.path });
  const docker = (name: string) => `docker://${registry.host}/staging/${name}`;
  const reference = (name: string) => `${registry.host}/staging/${name}`;
  const skopeo = (...args: string[]) =>
    succeed('skopeo', ['--policy', join(folder.path, 'policy.json'), ...args], environment());

  test('skopeo pushes every platform, inspects, copies and deletes', async () => {
    const flags = ['--tls-verify=false', '--creds=admin:secret'];
    const inspected = JSON.parse(await skopeo('inspect', ...flags, docker('alpine:3'))) as { Os: string };
    assert.equal(inspected.Os, 'linux');
    await skopeo(
      ...['copy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false'],
      ...['--src-creds=admin:secret', '--dest-creds=admin:secret', docker('alpine:3'), docker('copy/skopeo:1')],
    );
    const tags = JSON.parse(await skopeo('list-tags', ...flags, docker('copy/skopeo'))) as { Tags: string[] };
    assert.deepEqual(tags.Tags, ['1']);
    await skopeo('delete', ...flags, docker('copy/skopeo:1'));
    assert.equal(await findManifest(registry.db, 'staging/copy/skopeo', '1'), undefined);
  });

  test('crane logs in, copies by mount, lists and validates', async () => {
    const crane = (...args: string[]) => succeed('crane', [...args, '--insecure'], environment());
    await crane('auth', 'login', registry.host, '-u', 'admin', '-p', 'secret');
    await crane('copy', reference('alpine:3'), reference('copy/crane:1'));
    assert.equal(await crane('digest', reference('copy/crane:1')), await crane('digest', reference('alpine:3')));
    assert.equal((await crane('ls', reference('copy/crane'))).trim(), '1');
    assert.match(await crane('catalog', registry.host), /staging\/copy\/crane/);
    await crane('validate', '--remote', reference('copy/crane:1'));
    await crane('auth', 'login', registry.host, '-u', 'admin', '-p', 'wrong');
    const denied = await run('crane', ['ls', reference('alpine'), '--insecure'], environment());
    assert.match(denied.stderr, /UNAUTHORIZED: cannot sign in/);
    await crane('auth', 'login', registry.host, '-u', 'admin', '-p', 'secret');
    await crane('delete', reference(`copy/crane@${(await crane('digest', reference('copy/crane:1'))).trim()}`));
    assert.equal(await findManifest(registry.db, 'staging/copy/crane', '1'), undefined);
  });

  test('oras logs in, attaches, discovers and copies with referrers', async () => {
    const oras = (...args: string[]) => succeed('oras', args, environment());
    await oras('login', '--plain-http', '-u', 'admin', '-p', 'secret', registry.host);
    await writeFile(join(folder.path, 'report.json'), '{"results":[]}');
    await oras(
      ...['attach', '--plain-http', '--artifact-type', 'application/sarif+json', '--annotation', 'scanned=yes'],
      ...[reference('alpine:3'), 'report.json:application/sarif+json'],
    );
    const tree = await oras('discover', '--plain-http', '--format', 'json', reference('alpine:3'));
    assert.match(tree, /"artifactType": "application\/sarif\+json"/);
    await oras('cp', '-r', '--from-plain-http', '--to-plain-http', reference('alpine:3'), reference('copy/oras:1'));
    assert.match(await oras('discover', '--plain-http', '--format', 'json', reference('copy/oras:1')), /sarif/);
    await oras('repo', 'tags', '--plain-http', reference('copy/oras'));
    await oras('manifest', 'delete', '--plain-http', '--force', reference('copy/oras:1'));
  });

  test('each prints the sentence of a refused pull', async () => {
    const index = await findManifest(registry.db, 'staging/alpine', '3');
    assert.ok(index);
    retired.add(index.digest);
    const attempts: readonly [program: string, args: readonly string[]][] = [
      ['skopeo', ['inspect', '--tls-verify=false', '--creds=admin:secret', docker('alpine:3')]],
      ['crane', ['pull', '--insecure', reference('alpine:3'), 'x.tar']],
      ['oras', ['pull', '--plain-http', '-u', 'admin', '-p', 'secret', reference('alpine:3')]],
    ];
    const said: string[] = [];
    for (const [program, args] of attempts) {
      const outcome = await run(program, args, environment());
      assert.notEqual(outcome.code, 0, program);
      said.push(`${program}: ${outcome.stderr || outcome.stdout}`);
    }
    retired.clear();
    for (const output of said) assert.ok(output.includes(SENTENCE), output);
  });
});
