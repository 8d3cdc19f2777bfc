import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Command } from 'commander';
import { describeTrust, readTrust } from '#features/signing/index.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { trustCommand } from './trust.ts';

const folder = await temporaryFolder();
const { chain } = await createTestChain();
const answer = {
  ...describeTrust({ chain, isDevelopment: true }),
  registryHost: '127.0.0.1:5080',
  repositories: ['golden/base/alpine', 'golden/app'],
};
const server = createServer((request, response) => {
  response.writeHead(request.url === '/api/v1/trust' ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.env.ASSAY_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(async () => {
  server.close();
  await folder[Symbol.asyncDispose]();
});

async function assay(...args: readonly string[]): Promise<void> {
  const command = new Command('trust');
  trustCommand.configure(command);
  await command.exitOverride().parseAsync([...args, '--json'], { from: 'user' });
}

test("the exported folder trusts the server's signer for its repositories", async () => {
  const path = join(folder.path, 'trust');
  await assay('export', path);
  const [statement] = (await readTrust(path)).policy.trustPolicies;
  assert.deepEqual(statement?.registryScopes, ['127.0.0.1:5080/golden/base/alpine', '127.0.0.1:5080/golden/app']);
  assert.deepEqual(statement?.trustedIdentities, ['x509.subject: CN=Test signer,O=Example,ST=Bern,C=CH']);
});

test('another host can be named, and one that is none is refused', async () => {
  const path = join(folder.path, 'other');
  await assay('export', path, '--host', 'registry.example.com');
  const [statement] = (await readTrust(path)).policy.trustPolicies;
  assert.equal(statement?.registryScopes[1], 'registry.example.com/golden/app');
  await assert.rejects(assay('export', path, '--host', 'https://x'), { code: 'invalid-input' });
});
