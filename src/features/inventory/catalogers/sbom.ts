import { parseSbom, type SbomPackage } from '#formats/sbom/sbom.ts';
import { messageOf } from '#kernel/errors.ts';
import type { FileCataloger, FoundPackage } from '../cataloger.ts';
import { packageOfPurl, type System } from '../purl-package.ts';

const NAME = /\.(?:spdx|cdx)(?:\.json)?$|\.s?bom\.json$/;

function packageOf(listed: SbomPackage, path: string, system: System | null): FoundPackage | undefined {
  const found = packageOfPurl(listed.purl, path, system);
  if (!found) return undefined;
  const { licenses, sourceName, sourceVersion, module } = listed;
  return {
    ...found,
    ...(licenses.length > 0 && { licenses }),
    ...(sourceName && { sourceName }),
    ...(sourceVersion && { sourceVersion }),
    ...(module && { module }),
  };
}

/** Bills of materials among the image's files: what they list and no other cataloger found. */
export const sbom: FileCataloger = {
  kind: 'file',
  id: 'sbom',
  version: 1,
  maxBytes: 32 * 1024 ** 2,
  byPath: true,
  secondhand: true,
  wants: ({ path }) => NAME.test(path),
  read(file, report) {
    try {
      const { packages = [], system = null } = parseSbom(file.bytes) ?? {};
      return packages.flatMap((each) => packageOf(each, file.path, system) ?? []);
    } catch (error) {
      report({ code: 'file-damaged', message: messageOf(error), path: file.path });
      return [];
    }
  },
};
