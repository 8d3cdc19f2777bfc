import { formatPurl } from '#formats/purl/index.ts';
import type { FileCataloger, FoundPackage, LayerFile } from '../cataloger.ts';

const METADATA = /\.dist-info\/METADATA$|\.egg-info\/PKG-INFO$|\.egg-info$|(?:^|\/)EGG-INFO\/PKG-INFO$/;

/** The headers before the first empty line (Python packaging, "Core metadata specifications"). */
function headersOf(bytes: Uint8Array): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of Buffer.from(bytes).toString('utf8').split(/\r?\n/)) {
    if (line === '') break;
    const colon = line.indexOf(':');
    const key = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !/^\s/.test(line) && !headers.has(key)) headers.set(key, line.slice(colon + 1).trim());
  }
  return headers;
}

/** Installed Python distributions: wheels and eggs. */
export const python: FileCataloger = {
  kind: 'file',
  id: 'python',
  version: 1,
  maxBytes: 8 * 1024 ** 2,
  byPath: true,
  wants: ({ path }) => METADATA.test(path),
  read(file: LayerFile): FoundPackage[] {
    const headers = headersOf(file.bytes);
    const name = headers.get('name');
    const version = headers.get('version');
    // Setuptools also leaves empty folders' markers behind under these names; they have no name.
    if (!name || !version || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return [];
    const normalized = name.toLowerCase().replace(/[-_.]+/g, '-');
    const license = headers.get('license-expression') ?? headers.get('license');
    const purl = formatPurl({ type: 'pypi', name: normalized, version });
    return [
      {
        name: normalized,
        version,
        ecosystem: 'PyPI',
        purl,
        ...(license && license !== 'UNKNOWN' && { licenses: [license.slice(0, 200)] }),
        path: file.path,
      },
    ];
  },
};
