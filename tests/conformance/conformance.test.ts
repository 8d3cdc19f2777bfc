import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run, withoutPeers } from '#testkit/peers.ts';
import { everything, startRegistry } from '#testkit/registry.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

/** Everything that the program leaves off by default: nothing may be skipped or disabled. */
const everyFeature = {
  OCI_DATA_SPARSE: 'true',
  OCI_API_BLOBS_DIGEST_HEADER: 'true',
  OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
  OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  OCI_API_MANIFESTS_TAG_PARAM: 'true',
};

/** `name: Status` of the results file, those that are not `Pass`. */
function shortcomings(results: string): string[] {
  const lines = results.slice(results.indexOf('\napis:')).split('\n');
  return lines.filter((line) => /:\s*(?:Fail|Skip|Error|Disabled|Unknown|FAIL)/i.test(line)).map((line) => line.trim());
}

describe('the official conformance program of OCI distribution', { skip: withoutPeers('conformance') }, () => {
  const runs = [
    { version: '1.1', people: 'a user', env: {} },
    { version: '1.1', people: 'nobody in particular', env: everyFeature },
    { version: 'dev', people: 'a user', env: {} },
    { version: 'dev', people: 'a user', env: everyFeature },
  ] as const;
  for (const { version, people, env } of runs) {
    const features = env === everyFeature ? 'every feature' : 'its default features';
    test(`finds no fault by version ${version} with ${features} as ${people}`, async () => {
      await using folder = await temporaryFolder();
      await using registry = await startRegistry({ anonymous: () => people !== 'a user' });
      const outcome = await run('conformance', [], {
        cwd: folder.path,
        env: {
          OCI_REGISTRY: registry.host,
          OCI_TLS: 'disabled',
          OCI_VERSION: version,
          OCI_RESULTS_DIR: folder.path,
          ...(people === 'a user' && { OCI_USERNAME: everything.name, OCI_PASSWORD: everything.password }),
          ...env,
        },
      });
      const results = await readFile(join(folder.path, 'results.yaml'), 'utf8');
      if (env === everyFeature) assert.deepEqual(shortcomings(results), [], outcome.stdout);
      assert.equal(outcome.code, 0, `${outcome.stdout}\n${outcome.stderr}`);
    });
  }
});
