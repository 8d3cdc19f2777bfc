import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Config } from '#platform/config/config.ts';

/** What a person who has just started the server wants to know: where it is, how to get in, what to try. */
export function welcome(config: Config): string {
  const { publicUrl, data } = config;
  const file = join(data, 'admin-password');
  const near = relative(process.cwd(), file);
  const shown = near.startsWith('..') ? file : near;
  const host = new URL(publicUrl).host;
  const lines = [`Assay is ready at ${publicUrl}`];
  if (existsSync(file)) lines.push(`Sign in as "admin" with the password in ${shown}`);
  lines.push(
    `Push an image:  docker login ${host} -u admin && docker push ${host}/staging/NAME:TAG`,
    `Watch it judged: ${publicUrl}/intake   or   bin/assay intake`,
  );
  if (!config.signingKey)
    lines.push('Reports are signed with a development key that Assay made; set ASSAY_SIGNING_KEY for your own.');
  return `${lines.join('\n')}\n`;
}
