import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { noRules } from '#features/registry/index.ts';
import { artifactTypes } from '#model/artifact-types.ts';
import { openWorld, type World } from '#testkit/world.ts';
import { decidePush } from './decide-push.ts';

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const digest = `sha256:${'a'.repeat(64)}` as const;

const cases = [
  ['an image in staging', 'staging/a', 'image', null, null],
  ['an artifact in staging', 'staging/a', 'artifact', artifactTypes.sarif, null],
  ['an image in the catalog', 'golden/a', 'index', null, /nobody pushes into golden\//],
  ['an image elsewhere', 'team/a', 'image', null, /Push to staging\/team\/a/],
  ['a report in the catalog', 'golden/a', 'artifact', artifactTypes.sarif, /written by Assay alone/],
  ['an end of life in the catalog', 'golden/a', 'artifact', artifactTypes.lifecycle, /written by Assay alone/],
  ['a signature in the catalog', 'golden/a', 'artifact', artifactTypes.notarySignature, /travels with its image/],
  ['a bill of materials in the catalog', 'golden/a', 'artifact', artifactTypes.cyclonedx, /travels with its image/],
  ['other metadata in the catalog', 'golden/a', 'artifact', 'application/vnd.openvex+json', null],
] as const;

for (const [what, repository, kind, artifactType, refused] of cases) {
  test(`${what} is ${refused ? 'refused, with what to do' : 'taken'}`, async () => {
    const decision = await decidePush(
      { db: world.db, rulesFor: () => noRules },
      { repository, kind, artifactType, digest, tags: [], sizeBytes: 1 },
    );
    assert.equal(decision.kind, refused ? 'refused' : 'allowed');
    if (decision.kind === 'refused' && refused) assert.match(decision.message, refused);
  });
}
