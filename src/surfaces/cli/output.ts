import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours only on a terminal that wants them. */
export function paint(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

const gradeStyles: Readonly<Record<string, Style>> = {
  A: 'green',
  B: 'green',
  C: 'yellow',
  D: 'red',
  F: ['bold', 'red'],
};
const stateStyles: Readonly<Record<string, Style>> = {
  approved: 'green',
  cataloged: 'green',
  deprecated: 'yellow',
  waiting: 'yellow',
  retired: 'red',
  rejected: 'red',
  quarantined: 'magenta',
  failed: 'red',
};

export function paintGrade(grade: string | null | undefined): string {
  return grade ? paint(gradeStyles[grade] ?? 'reset', grade) : '–';
}

export function paintState(state: string): string {
  return paint(stateStyles[state] ?? 'reset', state);
}

/** Control characters from outside could rewrite the terminal; they are shown as a mark instead. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\u00b7');
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Columns as wide as their widest cell, two spaces apart; the heading is dimmed. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd();
  return `${[paint('dim', line(heading)), ...rows.map(line)].join('\n')}\n`;
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** `3.4 MB`, in powers of a thousand. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `23 Nov 2026, 15:31` in the reader's zone; an en dash for what has not happened. */
export function formatTime(iso: string | null): string {
  if (iso === null) return '–';
  const date = new Date(iso);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  return `${day}, ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}
