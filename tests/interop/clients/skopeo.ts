import { dirname, join } from 'node:path';
import { type InteropClient, session } from '../client.ts';

export const skopeo: InteropClient = {
  id: 'skopeo',
  title: 'skopeo',
  programs: ['skopeo'],
  version: ['--version'],
  pushes: 'images',
  copiesReferrers: false,
  showsSentence: true,
  trusts: '`--cert-dir`',
  plain: '`--tls-verify=false`',
  async open({ host, ca, folder, person, image, run }) {
    const flags = (side: '' | 'src-' | 'dest-') =>
      ca ? [`--${side}cert-dir=${dirname(ca)}`] : [`--${side}tls-verify=false`];
    const skopeo = (...words: string[]) => run('skopeo', ['--insecure-policy', ...words]);
    const login = (password: string) =>
      run('skopeo', ['login', ...flags(''), '-u', person.name, '--password-stdin', host], password);
    return session({
      login,
      wrongPassword: login,
      push: (reference) =>
        skopeo('copy', ...flags('dest-'), `oci-archive:${image.ociArchive}`, `docker://${reference}`),
      pull: (reference) => skopeo('copy', ...flags('src-'), `docker://${reference}`, `oci:${join(folder, 'pulled')}`),
      copy: (from, to) =>
        skopeo('copy', '--all', ...flags('src-'), ...flags('dest-'), `docker://${from}`, `docker://${to}`),
      list: (reference) => skopeo('list-tags', ...flags(''), `docker://${reference.replace(/:[^:/]*$/, '')}`),
      delete: (reference) => skopeo('delete', ...flags(''), `docker://${reference}`),
    });
  },
};
