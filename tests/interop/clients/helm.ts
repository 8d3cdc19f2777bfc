import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InteropClient, inTurn, session } from '../client.ts';

export const helm: InteropClient = {
  id: 'helm',
  title: 'helm (OCI charts)',
  programs: ['helm'],
  version: ['version', '--short'],
  pushes: 'charts',
  copiesReferrers: false,
  showsSentence: true,
  trusts: '`--ca-file`',
  plain: '`--plain-http`',
  async open({ host, ca, folder, person, run }) {
    const flags = ca ? ['--ca-file', ca] : ['--plain-http'];
    const helm = (...words: string[]) => run('helm', words);
    const login = (password: string) =>
      run('helm', ['registry', 'login', ...flags, '-u', person.name, '--password-stdin', host], password);
    return session({
      login,
      wrongPassword: login,
      async push(reference) {
        const [, parent = '', name = '', version = ''] = /^(.*)\/([^/:]+):([^:]+)$/.exec(reference) ?? [];
        const chart = join(folder, name);
        await mkdir(join(chart, 'templates'), { recursive: true });
        await writeFile(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
        return inTurn(
          () => helm('package', chart, '-d', folder),
          () => helm('push', ...flags, join(folder, `${name}-${version}.tgz`), `oci://${parent}`),
        );
      },
      pull: (reference) => {
        const [, chart = '', version = ''] = /^(.*):([^:/]+)$/.exec(reference) ?? [];
        return helm('pull', ...flags, `oci://${chart}`, '--version', version, '-d', folder);
      },
      copy: { why: 'it has no command that copies between repositories' },
      // Without a version it asks for the tags and takes the newest.
      list: (reference) => helm('show', 'chart', ...flags, `oci://${reference.replace(/:[^:/]*$/, '')}`),
      delete: { why: 'it has no command that deletes from a registry' },
    });
  },
};
