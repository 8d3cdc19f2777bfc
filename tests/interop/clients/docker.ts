import { startDocker } from '#testkit/docker.ts';
import { type InteropClient, inTurn } from '../client.ts';

export const docker: InteropClient = {
  id: 'docker',
  title: 'docker (with its daemon)',
  programs: ['dockerd', 'docker'],
  version: ['--version'],
  pushes: 'images',
  copiesReferrers: false,
  showsSentence: true,
  trusts: '`/etc/docker/certs.d/HOST/ca.crt`, or the system’s authorities',
  plain: '`insecure-registries` of the daemon; `127.0.0.0/8` is always among them',
  async open({ host, ca, person, image }) {
    const daemon = await startDocker(ca ? { SSL_CERT_FILE: ca } : {});
    const docker = (...words: string[]) => daemon.run(words);
    const login = (password: string) =>
      daemon.run(['login', '-u', person.name, '--password-stdin', host], { input: password });
    const pull = (reference: string) => docker('pull', reference);
    const push = (reference: string) => docker('push', reference);
    return {
      login,
      wrongPassword: login,
      push: (reference) =>
        inTurn(
          () => docker('import', image.files, reference),
          () => push(reference),
        ),
      pull,
      copy: (from, to) =>
        inTurn(
          () => pull(from),
          () => docker('tag', from, to),
          () => push(to),
        ),
      list: { why: 'it has no command that asks a registry for tags' },
      delete: { why: 'it removes only what is stored on its own machine' },
      [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
    };
  },
};
