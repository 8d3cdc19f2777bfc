import { createInterface } from 'node:readline';
import { checkPairs, findScheme, versionSchemes } from '#formats/versions/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { CliCommand } from './command.ts';
import { plain, print } from './output.ts';

const SHOWN = 20;

async function check(id: string): Promise<void> {
  const scheme = findScheme(id);
  if (!scheme)
    throw new AppError('invalid-input', `cannot check ${id}: use ${versionSchemes.map((each) => each.id).join(', ')}`);
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const { pairs, contradictions } = await checkPairs(scheme, lines);
  for (const wrong of contradictions.slice(0, SHOWN)) {
    print(`line ${wrong.line}: ${plain(wrong.text)}: expected ${wrong.expected}, the order here is ${wrong.actual}`);
  }
  if (contradictions.length > SHOWN) print(`… and ${contradictions.length - SHOWN} more`);
  print(`${pairs} pairs, ${contradictions.length} contradictions`);
  if (contradictions.length > 0) process.exitCode = 1;
}

export const versionsCommand: CliCommand = {
  name: 'versions',
  summary: 'how versions are ordered',
  configure(command) {
    command
      .command('check')
      .description('read lines "A < B" (also = and >; # begins a comment) from standard input and check each')
      .argument('<scheme>', versionSchemes.map((each) => each.id).join(', '))
      .action(check);
    command.addHelpText('after', '\nExample:\n  assay versions check apk < pairs.txt');
  },
};
