import { succeed } from '#testkit/peers.ts';
import type { InteropClient } from './client.ts';
import { clients } from './clients/index.ts';
import { type Cell, steps } from './steps.ts';
import type { Transport } from './world.ts';

/** What was seen, by transport, client and step. */
export type Seen = ReadonlyMap<Transport, ReadonlyMap<string, ReadonlyMap<string, Cell>>>;

export async function versionOf({ programs: [program], version }: InteropClient): Promise<string> {
  const said = await succeed(program, version);
  const found = /\d+\.\d+(?:\.\d+)?/.exec(said)?.[0];
  if (found) return found;
  throw new Error(`${program} ${version.join(' ')} named no version: ${said}`);
}

/** `docs/clients.md`. */
export function renderPage(seen: Seen, versions: ReadonlyMap<string, string>): string {
  const reasons: string[] = [];
  const rows = clients.map(({ id, title }) => [
    title,
    versions.get(id) ?? '?',
    ...steps.map((step) => cellOf(seen, id, step.id, reasons)),
  ]);
  const ways = clients.map(({ title, trusts, plain }) => [title, trusts, plain]);
  return `# Clients

Real clients against the whole product, over plain HTTP and over TLS with a private authority; both give the same
table unless a cell says otherwise. \`ASSAY_TEST_WRITE_DOCS=1 node --test tests/interop/matrix.test.ts\` runs all of
it and writes this page.

${table(['client', 'version', ...steps.map((step) => step.title)], rows)}

${reasons.map((reason, index) => `${index + 1}. Not applicable: ${reason}.`).join('\n')}

*No right*: a push to, or a pull from, a repository outside of what the user may. *Retired image*: the pull of an image
that the catalog has retired; *says why* is the registry's own sentence with the reason, *says only 403* a client that asks
by HEAD, whose answer has no body, and does not show the \`Warning\` header that has the sentence too.

## Private authorities and plain HTTP

${table(['client', 'trusts a private authority by', 'speaks plain HTTP with'], ways)}
`;
}

function cellOf(seen: Seen, client: string, step: string, reasons: string[]): string {
  const texts = [...seen].map(
    ([transport, rows]) => [transport, textOf(rows.get(client)?.get(step), reasons)] as const,
  );
  const [first] = texts;
  if (texts.every(([, text]) => text === first?.[1])) return first?.[1] ?? '';
  return texts.map(([transport, text]) => `${transport}: ${text}`).join('; ');
}

function textOf(cell: Cell | undefined, reasons: string[]): string {
  if (!cell) return 'fails';
  if (cell.kind === 'not-applicable') {
    const reason = cell.note ?? '';
    if (!reasons.includes(reason)) reasons.push(reason);
    return `– (${reasons.indexOf(reason) + 1})`;
  }
  const word = cell.kind === 'done' ? 'yes' : 'refused';
  return cell.note ? `${word}, ${cell.note}` : word;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
