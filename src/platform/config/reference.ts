import { clientVariables } from './client-variables.ts';
import { serverVariables } from './server-variables.ts';
import type { Variable } from './variable.ts';

/** `docs/configuration.md`, rendered from the lists that read the settings. */
export function renderReference(): string {
  return `# Configuration

Assay is configured by environment variables. All that is wrong is reported at once; an unknown \`ASSAY_*\` name is
a warning. An empty value counts as absent. A secret can also be given as a file, in the variable's name with \`_FILE\`.

This page is rendered from the code: \`node src/platform/config/write-reference.ts\` writes it.

## The server

${renderTable(Object.values(serverVariables))}

## Commands that talk to a server

${renderTable(Object.values(clientVariables))}
`;
}

function renderTable(variables: readonly Variable<unknown>[]): string {
  const rows = variables.map(
    (variable) =>
      `| \`${variable.name}\` | ${describe(variable)} | ${defaultOf(variable)} | \`${variable.example.replaceAll('|', '\\|')}\` |`,
  );
  return ['| variable | meaning | default | example |', '|---|---|---|---|', ...rows].join('\n');
}

function describe(variable: Variable<unknown>): string {
  return variable.secret ? `${variable.description} Secret.` : variable.description;
}

function defaultOf(variable: Variable<unknown>): string {
  if (variable.absent !== undefined) return variable.absent;
  return variable.fallback ? `\`${variable.fallback}\`` : '';
}
