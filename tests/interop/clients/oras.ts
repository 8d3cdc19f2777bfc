import { join } from 'node:path';
import { type InteropClient, session } from '../client.ts';

export const oras: InteropClient = {
  id: 'oras',
  title: 'oras',
  programs: ['oras'],
  version: ['version'],
  pushes: 'images',
  copiesReferrers: true,
  showsSentence: true,
  trusts: '`--ca-file`',
  plain: '`--plain-http`',
  async open({ host, ca, folder, person, image, run }) {
    const flags = (side: '' | 'from-' | 'to-') => (ca ? [`--${side}ca-file`, ca] : [`--${side}plain-http`]);
    const oras = (...words: string[]) => run('oras', words);
    const login = (password: string) =>
      run('oras', ['login', ...flags(''), '-u', person.name, '--password-stdin', host], password);
    return session({
      login,
      wrongPassword: login,
      push: (reference) => oras('cp', ...flags('to-'), '--from-oci-layout', `${image.layout}:1.0.0`, reference),
      pull: (reference) =>
        oras('cp', ...flags('from-'), '--to-oci-layout', reference, `${join(folder, 'pulled')}:1.0.0`),
      copy: (from, to) => oras('cp', '-r', ...flags('from-'), ...flags('to-'), from, to),
      list: (reference) => oras('repo', 'tags', ...flags(''), reference.replace(/:[^:/]*$/, '')),
      delete: (reference) => oras('manifest', 'delete', ...flags(''), '--force', reference),
    });
  },
};
