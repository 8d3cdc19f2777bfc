import { formatPurl } from '#formats/purl/index.ts';
import { parseSbom } from '#formats/sbom/sbom.ts';
import { messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import type { FileCataloger, FoundPackage, LayerFile } from '../cataloger.ts';
import { packageOfPurl } from '../purl-package.ts';

const COMPONENTS = 'opt/bitnami/.bitnami_components.json';
/** One beside each component, which also lists what that was built with. */
const DOCUMENT = /^opt\/bitnami\/(?:.+\/)?\.spdx-[^/]+\.spdx$/;

/** `{ "postgresql": { "version": "16.1.0-3", "arch": "amd64", "distro": "debian-12", … } }` */
function readComponents(file: LayerFile): FoundPackage[] {
  const value = parseJson(file.bytes, 'the list of components');
  return Object.entries((value ?? {}) as Record<string, Record<string, unknown> | null>).flatMap(([name, each]) => {
    const text = (key: string) => (typeof each?.[key] === 'string' ? (each[key] as string) : '');
    if (name === '' || text('version') === '') return [];
    const qualifiers = { arch: text('arch'), distro: text('distro') };
    const purl = formatPurl({ type: 'bitnami', name, version: text('version'), qualifiers });
    return packageOfPurl(purl, file.path) ?? [];
  });
}

function readDocument(file: LayerFile): FoundPackage[] {
  const listed = (parseSbom(file.bytes)?.packages ?? []).filter(({ purl }) => purl.startsWith('pkg:bitnami/'));
  return listed.flatMap(({ purl, licenses }) => {
    const found = packageOfPurl(purl, file.path);
    return found ? [{ ...found, ...(licenses.length > 0 && { licenses }) }] : [];
  });
}

/** What Bitnami put into its images below /opt/bitnami. */
export const bitnami: FileCataloger = {
  kind: 'file',
  id: 'bitnami',
  version: 1,
  maxBytes: 64 * 1024 ** 2,
  byPath: true,
  wants: ({ path }) => path === COMPONENTS || (path.startsWith('opt/bitnami/') && DOCUMENT.test(path)),
  read(file, report) {
    try {
      return file.path === COMPONENTS ? readComponents(file) : readDocument(file);
    } catch (error) {
      report({ code: 'file-damaged', message: messageOf(error), path: file.path });
      return [];
    }
  },
};
