import { dirname, join } from 'node:path';
import { type InteropClient, inTurn, session } from '../client.ts';

export const buildah: InteropClient = {
  id: 'buildah',
  title: 'buildah',
  programs: ['buildah'],
  version: ['--version'],
  pushes: 'images',
  copiesReferrers: false,
  showsSentence: true,
  trusts: '`--cert-dir`, or `/etc/containers/certs.d`',
  plain: '`--tls-verify=false`',
  async open({ host, ca, folder, person, image, run }) {
    const flags = ca ? [`--cert-dir=${dirname(ca)}`] : ['--tls-verify=false'];
    const store = ['--storage-driver', 'vfs', '--root', join(folder, 'root'), '--runroot', join(folder, 'runroot')];
    const buildah = (words: readonly string[], input?: string) => run('buildah', [...store, ...words], input);
    const login = (password: string) =>
      run('buildah', ['login', ...flags, '-u', person.name, '--password-stdin', host], password);
    const pull = (reference: string) => buildah(['pull', ...flags, reference]);
    const push = (reference: string) => buildah(['push', ...flags, reference, `docker://${reference}`]);
    return session({
      login,
      wrongPassword: login,
      push: (reference) =>
        inTurn(
          () => buildah(['from', '--name', 'built', 'scratch']),
          () => buildah(['add', 'built', image.files, '/']),
          () => buildah(['commit', '--rm', 'built', reference]),
          () => push(reference),
        ),
      pull,
      copy: (from, to) =>
        inTurn(
          () => pull(from),
          () => buildah(['tag', from, to]),
          () => push(to),
        ),
      list: { why: 'it has no command that asks a registry for tags' },
      delete: { why: 'it removes only what is stored on its own machine' },
    });
  },
};
