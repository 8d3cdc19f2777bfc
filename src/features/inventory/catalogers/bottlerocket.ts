import { formatPurl } from '#formats/purl/index.ts';
import { messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem } from '../cataloger.ts';

const INVENTORY = 'usr/share/bottlerocket/application-inventory.json';

function packageOf(value: unknown, path: string, distribution: Distribution | null): FoundPackage | undefined {
  const row = (value ?? {}) as Record<string, unknown>;
  const text = (key: string) => (typeof row[key] === 'string' ? row[key] : '');
  const name = text('Name');
  if (name === '' || text('Version') === '') return undefined;
  const versionRelease = [text('Version'), text('Release')].filter(Boolean).join('-');
  const epoch = /^[1-9]\d*$/.test(text('Epoch')) ? text('Epoch') : null;
  const distro = distribution ? [distribution.id, distribution.versionId].filter(Boolean).join('-') : null;
  const qualifiers = { arch: text('Architecture'), distro, epoch };
  return {
    name,
    version: epoch === null ? versionRelease : `${epoch}:${versionRelease}`,
    ecosystem: null,
    purl: formatPurl({ type: 'rpm', namespace: 'bottlerocket', name, version: versionRelease, qualifiers }),
    path,
  };
}

/** Bottlerocket has no package database: it carries a list of what it was built from. */
export const bottlerocket: DatabaseCataloger = {
  kind: 'database',
  id: 'bottlerocket',
  version: 1,
  maxBytes: 16 * 1024 ** 2,
  folders: ['usr/share/bottlerocket'],
  packageType: 'rpm',
  wants: (path) => path === INVENTORY,
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const file = tree.find(INVENTORY);
    if (!file) return [];
    let content: unknown;
    try {
      content = (parseJson(file.bytes, 'the inventory of Bottlerocket') as { Content?: unknown } | null)?.Content;
      if (!Array.isArray(content)) throw new Error('cannot read the inventory of Bottlerocket: it has no "Content"');
    } catch (error) {
      report({ code: 'database-damaged', message: messageOf(error), path: file.path });
      return [];
    }
    return content.flatMap((row) => packageOf(row, file.path, distribution) ?? []);
  },
};
