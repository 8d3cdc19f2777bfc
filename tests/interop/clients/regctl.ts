import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InteropClient, session } from '../client.ts';

export const regctl: InteropClient = {
  id: 'regctl',
  title: 'regctl',
  programs: ['regctl'],
  version: ['version'],
  pushes: 'images',
  copiesReferrers: true,
  showsSentence: true,
  trusts: '`regctl registry set --cacert`',
  plain: '`regctl registry set --tls disabled`',
  async open({ host, ca, folder, person, image, run }) {
    const regctl = (...words: string[]) => run('regctl', words);
    const transport = ca ? ['--cacert', readFileSync(ca, 'utf8')] : ['--tls', 'disabled'];
    await regctl('registry', 'set', host, ...transport);
    const login = (password: string) =>
      run('regctl', ['registry', 'login', host, '-u', person.name, '--pass-stdin'], password);
    return session({
      login,
      wrongPassword: login,
      push: (reference) => regctl('image', 'copy', `ocidir://${image.layout}:1.0.0`, reference),
      pull: (reference) => regctl('image', 'export', reference, join(folder, 'pulled.tar')),
      copy: (from, to) => regctl('image', 'copy', '--referrers', from, to),
      list: (reference) => regctl('tag', 'ls', reference.replace(/:[^:/]*$/, '')),
      delete: (reference) => regctl('tag', 'delete', reference),
    });
  },
};
