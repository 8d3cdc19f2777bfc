import { join } from 'node:path';
import { type InteropClient, session } from '../client.ts';

export const crane: InteropClient = {
  id: 'crane',
  title: 'crane',
  programs: ['crane'],
  version: ['version'],
  pushes: 'images',
  copiesReferrers: false,
  showsSentence: true,
  trusts: '`SSL_CERT_FILE`',
  plain: '`--insecure`',
  async open({ host, ca, folder, person, image, run }) {
    const crane = (...words: string[]) => run('crane', ca ? words : [...words, '--insecure']);
    const login = (password: string) =>
      run('crane', ['auth', 'login', host, '-u', person.name, '--password-stdin'], password);
    return session({
      login,
      // Its login only writes the password down.
      wrongPassword: async (password) => {
        await login(password);
        return crane('ls', `${host}/staging/source`);
      },
      push: (reference) => crane('push', image.dockerArchive, reference),
      pull: (reference) => crane('pull', reference, join(folder, 'pulled.tar')),
      copy: (from, to) => crane('copy', from, to),
      list: (reference) => crane('ls', reference.replace(/:[^:/]*$/, '')),
      delete: (reference) => crane('delete', reference),
    });
  },
};
