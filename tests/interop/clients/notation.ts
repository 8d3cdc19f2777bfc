import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InteropClient, session } from '../client.ts';

const POLICY = {
  version: '1.0',
  trustPolicies: [
    {
      name: 'all',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict', override: { revocation: 'skip' } },
      trustStores: ['ca:interop'],
      trustedIdentities: ['*'],
    },
  ],
};

export const notation: InteropClient = {
  id: 'notation',
  title: 'notation',
  programs: ['notation'],
  version: ['version'],
  pushes: 'signatures',
  copiesReferrers: false,
  showsSentence: false,
  trusts: '`SSL_CERT_FILE`',
  plain: '`--insecure-registry`',
  async open({ host, ca, folder, person, run }) {
    const flags = ca ? [] : ['--insecure-registry'];
    const login = (password: string) =>
      run('notation', ['login', ...flags, '-u', person.name, '--password-stdin', host], password);
    const as = (password = person.password) => [...flags, '-u', person.name, '-p', password];
    await run('notation', ['cert', 'generate-test', '--default', 'interop']);
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, JSON.stringify(POLICY));
    await run('notation', ['policy', 'import', '--force', policy]);
    return session({
      login: { why: 'it keeps passwords only in a key ring of the desktop, so it takes the password with every call' },
      wrongPassword: login,
      push: (reference) => run('notation', ['sign', '--force-referrers-tag=false', ...as(), reference]),
      pull: (reference) => run('notation', ['verify', ...as(), reference]),
      copy: { why: 'it signs and verifies; it copies nothing' },
      list: (reference) => run('notation', ['list', ...as(), reference]),
      delete: { why: 'it has no command that deletes from a registry' },
    });
  },
};
