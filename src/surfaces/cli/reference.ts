import { Command } from 'commander';
import { commands } from './index.ts';

function usageOf(command: Command, path: string): string {
  const args = command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const rest = command.options.length > 0 ? ' [options]' : '';
  return `assay ${[path, ...args].join(' ')}${rest}`;
}

function optionRows(command: Command): string[] {
  const rows = [
    ...command.registeredArguments.map((argument) => [argument.name(), argument.description, argument.defaultValue]),
    ...command.options.map((option) => [option.flags, option.description, option.defaultValue]),
  ];
  if (rows.length === 0) return [];
  const cell = (value: unknown) => String(value).replaceAll('|', '\\|').replaceAll('<', '&lt;');
  return [
    '',
    '| argument, option | what | default |',
    '|---|---|---|',
    ...rows.map(([name, what, fallback]) => {
      const shown =
        fallback === undefined || (Array.isArray(fallback) && fallback.length === 0) ? '' : `\`${cell(fallback)}\``;
      return `| \`${String(name).replaceAll('|', '\\|')}\` | ${cell(what)} | ${shown} |`;
    }),
  ];
}

function sectionOf(command: Command, path: string): string[] {
  const own = ['', `### \`${usageOf(command, path)}\``, '', `${command.description()}.`, ...optionRows(command)];
  const hasAction = command.commands.length === 0;
  return [
    ...(hasAction ? own : []),
    ...command.commands.flatMap((child) => sectionOf(child, `${path} ${child.name()}`)),
  ];
}

/** `docs/cli.md`, from the list of commands. */
export async function renderCliReference(): Promise<string> {
  const lines = [
    '# The command line',
    '',
    '<!-- Rendered by src/surfaces/cli/write-reference.ts; a test fails when it is not what the code says. -->',
    '',
    '`bin/assay` works from any folder. Commands that talk to a server read `ASSAY_URL`, `ASSAY_USERNAME` and `ASSAY_PASSWORD`, or `ASSAY_TOKEN`; `assay login` remembers them.',
    'Exit codes: 0 fine, 1 what was looked for was found (`scan`, `verify`, `versions check`), 2 unusable input, 3 internal.',
  ];
  for (const entry of commands) {
    const command = new Command(entry.name);
    const loaded = await entry.load();
    command.description(loaded.summary);
    loaded.configure(command);
    lines.push(
      '',
      `## ${entry.name}`,
      '',
      `${loaded.summary[0]?.toUpperCase()}${loaded.summary.slice(1)}.`,
      ...sectionOf(command, entry.name),
    );
  }
  return `${lines.join('\n')}\n`;
}
