import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addDays, isoDay } from '#kernel/clock.ts';
import type { EntryDetail } from '#model/api-entries.ts';
import type { ImageDetail } from '#model/api-images.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { type Docker, startDocker } from '#testkit/docker.ts';
import { alpineEnds } from '#testkit/end-of-life.ts';
import { type Outcome, run, succeed, withoutPeers } from '#testkit/peers.ts';
import { pushImage } from '#testkit/push.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const peers = withoutPeers('dockerd', 'docker', 'skopeo', 'crane', 'oras');
const day = (fromToday: number) => isoDay(addDays(new Date(), fromToday));
const old = alpineImage({ release: '3.20.3', about: 'the old one' });
const next = alpineImage({ release: '3.22.1', about: 'its successor' });

describe('the end of life comes for a golden image', { skip: peers }, () => {
  let assay: TestAssay;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let docker: Docker;

  const ends = (alpine320: string) =>
    writeFile(join(folder.path, 'ends.json'), alpineEnds({ '3.20': alpine320, '3.22': day(700) }));

  /** New dates arrive, and the daily review follows. */
  async function review(): Promise<void> {
    await assay.api.send('POST', '/schedules/refresh-lifecycle/run');
    await assay.api.waitForIdle();
    await assay.cli('lifecycle', 'review');
    await assay.api.waitForIdle();
  }

  before(async () => {
    folder = await temporaryFolder();
    await ends(day(400));
    assay = await startAssay({ env: { ASSAY_EOL: join(folder.path, 'ends.json') } });
    docker = await startDocker();
    const target = { url: assay.url, person: assay.admin, repository: 'staging/base/alpine' };
    await pushImage(target, old, '3.20');
    await pushImage(target, next, '3.22');
    for (const tag of ['3.20', '3.22'])
      assert.equal((await assay.api.waitForIntake(`staging/base/alpine:${tag}`)).status, 'cataloged');
  });
  after(async () => {
    await docker?.[Symbol.asyncDispose]();
    await assay?.[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const reference = () => `${assay.host}/golden/base/alpine:3.20`;

  /** A pull by every client, into nowhere. */
  async function pulls(): Promise<Record<string, Outcome>> {
    const options = { cwd: folder.path, env: { DOCKER_CONFIG: folder.path, HOME: folder.path } };
    const [layout, name] = [`oci:${join(folder.path, 'pulled')}`, reference()];
    return {
      docker: await docker.run(['pull', name]),
      skopeo: await run(
        'skopeo',
        ['--insecure-policy', 'copy', '--src-tls-verify=false', `docker://${name}`, layout],
        options,
      ),
      crane: await run('crane', ['pull', '--insecure', name, 'pulled.tar'], options),
      oras: await run('oras', ['pull', '--plain-http', name], options),
    };
  }

  test('well before the end everybody pulls it', async () => {
    for (const [client, { code, stderr }] of Object.entries(await pulls()))
      assert.equal(code, 0, `${client}: ${stderr}`);
  });

  test('ahead of the end it is deprecated: served, with a warning that names the day and the successor', async () => {
    await ends(day(20));
    await review();
    const answer = await fetch(`${assay.url}/v2/golden/base/alpine/manifests/3.20`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('warning') ?? '', /^299 - ".*is retired on .*Move to golden\/base\/alpine:3\.22/);
  });

  test('after the end its pull is refused with a sentence that every client prints', async () => {
    await ends(day(-2));
    await review();
    const sentence =
      /golden\/base\/alpine:3\.20 was retired on .* because .*Alpine Linux 3\.20.*Use golden\/base\/alpine:3\.22 instead\./;
    for (const [client, { code, stdout, stderr }] of Object.entries(await pulls())) {
      assert.notEqual(code, 0, client);
      assert.match(stdout + stderr, sentence, client);
    }
    const head = await fetch(`${assay.url}/v2/golden/base/alpine/manifests/3.20`, { method: 'HEAD' });
    assert.equal(head.status, 403);
  });

  test('what refers to it stays readable: its signatures, and when its life ended', async () => {
    const answer = await fetch(`${assay.url}/v2/golden/base/alpine/referrers/${old.manifest.digest}`);
    const { manifests } = (await answer.json()) as { manifests: { artifactType: string; digest: string }[] };
    const types = new Set(manifests.map((referrer) => referrer.artifactType));
    assert.ok(types.has('application/vnd.microsoft.artifact.lifecycle'), [...types].join());
    assert.ok(types.has('application/vnd.cncf.notary.signature'), [...types].join());
    for (const { digest } of manifests) {
      const referrer = await fetch(`${assay.url}/v2/golden/base/alpine/manifests/${digest}`);
      assert.equal(referrer.status, 200);
    }
  });

  test('a curator restores it with a reason, and everybody pulls it again', async () => {
    const said = await assay.cli(
      ...['lifecycle', 'restore', 'golden/base/alpine:3.20', '--until', day(10)],
      ...['--reason', 'The migration takes two more weeks'],
    );
    assert.match(said, /approved/);
    for (const [client, { code, stderr }] of Object.entries(await pulls()))
      assert.equal(code, 0, `${client}: ${stderr}`);
    const image = await assay.api.get<ImageDetail>(`/images/${old.manifest.digest}`);
    const here = image.repositories.find((each) => each.repository === 'golden/base/alpine');
    assert.match(here?.reason ?? '', /admin restored it: The migration takes two more weeks/);
  });

  test('the review does not undo the word of a curator before its day', async () => {
    await review();
    const answer = await fetch(`${assay.url}/v2/golden/base/alpine/manifests/3.20`);
    assert.equal(answer.status, 200, await answer.text());
  });

  test('an owner ends the whole entry by its support policy', async () => {
    await assay.api.send('PATCH', `/entries/${encodeURIComponent('golden/base/alpine')}`, {
      support: { endOfLife: day(-1), successor: 'golden/base/alpine:3.22' },
    } satisfies { support: Partial<EntryDetail['support']> });
    await review();
    const refused = await fetch(`${assay.url}/v2/golden/base/alpine/manifests/3.22`);
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /was retired on/);
  });

  test('nobody may decide without a reason', async () => {
    const outcome = await assay.tryCli('lifecycle', 'retire', 'golden/base/alpine:3.20', '--reason', 'no');
    assert.notEqual(outcome.code, 0);
    await assert.rejects(succeed('false', []), /ended with 1/);
  });
});
