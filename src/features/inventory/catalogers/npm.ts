import { formatPurl } from '#formats/purl/index.ts';
import { messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import type { FileCataloger, FoundPackage, LayerFile, ReportProblem } from '../cataloger.ts';

const NAME = /^(?:@[^/\s@]+\/)?[^/\s@]+$/;
/** A module's own manifest: directly in `node_modules/NAME` or `node_modules/@SCOPE/NAME`, however deep that is nested. */
const MANIFEST = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/;
/** Yarn and pnpm keep whole trees of modules in folders of their own; inside, the form is the same. */

function licenseOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(licenseOf);
  const type = (value as { type?: unknown } | null)?.type;
  return typeof type === 'string' ? [type] : [];
}

/** Installed Node.js modules, those that npm brings for itself included. */
export const npm: FileCataloger = {
  kind: 'file',
  id: 'npm',
  version: 1,
  maxBytes: 8 * 1024 ** 2,
  byPath: true,
  wants: ({ path }) => path.endsWith('/package.json') && MANIFEST.test(path),
  read(file: LayerFile, report: ReportProblem): FoundPackage[] {
    let manifest: unknown;
    try {
      manifest = parseJson(file.bytes, 'package.json');
    } catch (error) {
      report({ code: 'file-damaged', message: messageOf(error), path: file.path });
      return [];
    }
    const { name, version, license, licenses } = (manifest ?? {}) as Record<string, unknown>;
    // Manifests without a version only mark folders (`"type": "module"`); they name no package.
    if (typeof name !== 'string' || typeof version !== 'string' || !NAME.test(name) || version === '') return [];
    const slash = name.indexOf('/');
    const namespace = slash < 0 ? undefined : name.slice(0, slash);
    const purl = formatPurl({ type: 'npm', ...(namespace && { namespace }), name: name.slice(slash + 1), version });
    return [{ name, version, ecosystem: 'npm', purl, licenses: licenseOf(license ?? licenses), path: file.path }];
  },
};
