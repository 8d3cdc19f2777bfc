import { startContainerd } from '#testkit/containerd.ts';
import { type InteropClient, inTurn } from '../client.ts';

export const ctr: InteropClient = {
  id: 'ctr',
  title: 'containerd (`ctr`)',
  programs: ['containerd', 'ctr'],
  version: ['--version'],
  pushes: 'images',
  copiesReferrers: false,
  showsSentence: false,
  trusts: '`--tlscacert`, or `hosts.toml`',
  plain: '`--plain-http`, or `hosts.toml`',
  async open({ host, ca, folder, person, image, run }) {
    const daemon = await startContainerd(folder);
    const transport = ca ? ['--tlscacert', ca] : ['--plain-http'];
    const images = (...words: string[]) => run('ctr', ['-a', daemon.address, 'images', ...words]);
    const remote = (password = person.password) => [...transport, '--user', `${person.name}:${password}`];
    const pull = (reference: string) => images('pull', '--snapshotter', 'native', ...remote(), reference);
    const push = (reference: string) => images('push', ...remote(), reference);
    return {
      login: { why: 'it takes the password with every call' },
      wrongPassword: (password) =>
        images('pull', '--snapshotter', 'native', ...remote(password), `${host}/staging/source:1.0.0`),
      push: (reference) =>
        inTurn(
          () => images('import', '--snapshotter', 'native', image.dockerArchive),
          () => images('tag', '--force', 'docker.io/library/test:latest', reference),
          () => push(reference),
        ),
      pull,
      copy: (from, to) =>
        inTurn(
          () => pull(from),
          () => images('tag', '--force', from, to),
          () => push(to),
        ),
      list: { why: 'it has no command that asks a registry for tags' },
      delete: { why: 'it removes only what is stored on its own machine' },
      [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
    };
  },
};
