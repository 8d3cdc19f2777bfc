import { dirname, join } from 'node:path';
import { type InteropClient, inTurn, session } from '../client.ts';

export const podman: InteropClient = {
  id: 'podman',
  title: 'podman',
  programs: ['podman'],
  version: ['--version'],
  pushes: 'images',
  copiesReferrers: false,
  showsSentence: true,
  trusts: '`--cert-dir`, or `/etc/containers/certs.d`',
  plain: '`--tls-verify=false`',
  async open({ host, ca, folder, person, image, run }) {
    const flags = ca ? [`--cert-dir=${dirname(ca)}`] : ['--tls-verify=false'];
    const store = ['--storage-driver', 'vfs', '--root', join(folder, 'root'), '--runroot', join(folder, 'runroot')];
    const podman = (words: readonly string[], input?: string) => run('podman', [...store, ...words], input);
    const login = (password: string) =>
      podman(['login', ...flags, '-u', person.name, '--password-stdin', host], password);
    const pull = (reference: string) => podman(['pull', ...flags, reference]);
    const push = (reference: string) => podman(['push', ...flags, reference]);
    return session({
      login,
      wrongPassword: login,
      push: (reference) =>
        inTurn(
          () => podman(['import', image.files, reference]),
          () => push(reference),
        ),
      pull,
      copy: (from, to) =>
        inTurn(
          () => pull(from),
          () => podman(['tag', from, to]),
          () => push(to),
        ),
      // It has no --cert-dir here; the authority comes from the environment.
      list: (reference) => podman(['search', ...(ca ? [] : flags), '--list-tags', reference.replace(/:[^:/]*$/, '')]),
      delete: { why: 'it removes only what is stored on its own machine' },
    });
  },
};
