import { type InteropClient, inTurn, session } from '../client.ts';

export const cosign: InteropClient = {
  id: 'cosign',
  title: 'cosign',
  programs: ['cosign'],
  version: ['version'],
  pushes: 'signatures',
  // It copies signatures that are tags, as its older versions wrote them.
  copiesReferrers: false,
  showsSentence: true,
  trusts: '`--registry-cacert`, or `SSL_CERT_FILE`',
  plain: '`--allow-http-registry`',
  async open({ host, ca, person, run }) {
    const flags = ca ? ['--registry-cacert', ca] : ['--allow-http-registry'];
    const cosign = (...words: string[]) => run('cosign', words);
    const login = (password: string) => run('cosign', ['login', host, '-u', person.name, '--password-stdin'], password);
    await cosign('generate-key-pair');
    const list = (reference: string) => cosign('tree', ...flags, reference);
    return session({
      login,
      // Its login only writes the password down.
      wrongPassword: (password) =>
        inTurn(
          () => login(password),
          () => list(`${host}/staging/source:1.0.0`),
        ),
      push: (reference) =>
        cosign(
          'sign',
          '-y',
          '--key',
          'cosign.key',
          '--use-signing-config=false',
          '--tlog-upload=false',
          ...flags,
          reference,
        ),
      pull: (reference) =>
        cosign(
          'verify',
          '--key',
          'cosign.pub',
          '--insecure-ignore-tlog',
          '--private-infrastructure',
          ...flags,
          reference,
        ),
      copy: (from, to) => cosign('copy', ...flags, from, to),
      list,
      delete: (reference) => cosign('clean', '-f', ...flags, reference),
    });
  },
};
