import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Role } from '#model/access.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import type { Person } from '#testkit/assay-client.ts';
import { attach, pushImage, pushManifest } from '#testkit/push.ts';

const image = alpineImage({ about: 'for everybody who may' });
const NAME = 'team/tool';
const note = { artifactType: 'application/vnd.example.note+json', content: '{}' };

type Deed = (assay: TestAssay, person: Person | undefined) => Promise<number>;

/** The status of a request as this person, or as nobody. */
async function ask(assay: TestAssay, person: Person | undefined, method: string, path: string): Promise<number> {
  const credentials = person && Buffer.from(`${person.name}:${person.password}`).toString('base64');
  const answer = await fetch(`${assay.url}/v2/${path}`, {
    method,
    ...(credentials && { headers: { authorization: `Basic ${credentials}` } }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** 201, or the status with which it was refused. */
async function outcomeOf(work: Promise<unknown>): Promise<number> {
  try {
    await work;
    return 201;
  } catch (error) {
    return Number(/was answered (\d+)/.exec(String(error))?.[1]);
  }
}

const nobody: Person = { name: '', password: '' };
const target = (assay: TestAssay, person: Person | undefined, repository: string) => ({
  url: assay.url,
  person: person ?? nobody,
  repository,
});

/** What each role in every namespace gets; nobody is somebody on this machine without credentials. */
const table: readonly (readonly [deed: string, run: Deed, expected: Readonly<Record<Role | 'nobody', number>>])[] = [
  [
    'pulls a golden image',
    (assay, person) => ask(assay, person, 'GET', `golden/${NAME}/manifests/1`),
    { nobody: 200, reader: 200, publisher: 200, curator: 200, administrator: 200 },
  ],
  [
    'pulls a staged image',
    (assay, person) => ask(assay, person, 'GET', `staging/${NAME}/manifests/1`),
    { nobody: 401, reader: 403, publisher: 200, curator: 200, administrator: 200 },
  ],
  [
    'pushes to staging',
    (assay, person) => outcomeOf(pushImage(target(assay, person, `staging/${NAME}`), image, 'again')),
    { nobody: 401, reader: 403, publisher: 201, curator: 201, administrator: 201 },
  ],
  [
    'pushes an image to golden',
    (assay, person) => outcomeOf(pushManifest(target(assay, person, `golden/${NAME}`), image.manifest, 'mine')),
    { nobody: 401, reader: 403, publisher: 403, curator: 403, administrator: 403 },
  ],
  [
    'pushes outside of both',
    (assay, person) => outcomeOf(pushImage(target(assay, person, 'elsewhere/tool'), image, '1')),
    { nobody: 401, reader: 403, publisher: 403, curator: 403, administrator: 403 },
  ],
  [
    'attaches a note to a golden image',
    (assay, person) => outcomeOf(attach(target(assay, person, `golden/${NAME}`), image.manifest, note)),
    { nobody: 401, reader: 403, publisher: 403, curator: 201, administrator: 201 },
  ],
  [
    'deletes a golden tag',
    (assay, person) => ask(assay, person, 'DELETE', `golden/${NAME}/manifests/1`),
    { nobody: 401, reader: 403, publisher: 403, curator: 403, administrator: 403 },
  ],
  [
    'deletes a staged tag that is not there',
    (assay, person) => ask(assay, person, 'DELETE', `staging/${NAME}/manifests/never`),
    { nobody: 401, reader: 403, publisher: 404, curator: 404, administrator: 404 },
  ],
];

describe('roles decide who may do what in the registry', () => {
  let assay: TestAssay;
  const passwordOf = (role: string) => `the password of a ${role}`;

  before(async () => {
    assay = await startAssay();
    for (const role of Role.options) {
      const grants = [{ namespace: '*', role }];
      await assay.api.send('POST', '/users', { kind: 'user', name: `a-${role}`, password: passwordOf(role), grants });
    }
    const grants = [{ namespace: 'staging', role: 'publisher' }];
    const narrow = { kind: 'user', name: 'narrow', password: passwordOf('narrow'), grants };
    await assay.api.send('POST', '/users', narrow);
    await pushImage({ url: assay.url, person: assay.admin, repository: `staging/${NAME}` }, image, '1');
    assert.equal((await assay.api.waitForIntake(`staging/${NAME}:1`)).status, 'cataloged');
  });
  after(() => assay?.[Symbol.asyncDispose]());

  for (const [deed, run, expected] of table) {
    test(`who ${deed}`, async () => {
      const found: Record<string, number> = { nobody: await run(assay, undefined) };
      for (const role of Role.options)
        found[role] = await run(assay, { name: `a-${role}`, password: passwordOf(role) });
      assert.deepEqual(found, expected);
    });
  }

  test('a role in one namespace says nothing about another', async () => {
    const person = { name: 'narrow', password: passwordOf('narrow') };
    assert.equal(await ask(assay, person, 'GET', `staging/${NAME}/manifests/1`), 200);
    assert.equal(await ask(assay, person, 'GET', `golden/${NAME}/manifests/1`), 403);
  });

  test('a wrong password is refused even where nobody needs one', async () => {
    assert.equal(await ask(assay, { name: 'a-reader', password: 'wrong' }, 'GET', `golden/${NAME}/manifests/1`), 401);
  });

  test('who is disabled may do nothing from then on', async () => {
    const person = { name: 'narrow', password: passwordOf('narrow') };
    await assay.api.send('PATCH', '/users/narrow', { disabled: true });
    assert.equal(await ask(assay, person, 'GET', `staging/${NAME}/manifests/1`), 401);
  });
});
