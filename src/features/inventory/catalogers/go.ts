import { isExecutable } from '#formats/elf/executable.ts';
import { formatPurl } from '#formats/purl/purl.ts';
import type { FileCataloger, FoundPackage } from '../cataloger.ts';
import { type BuildInfo, findBuildInfo } from './go/build-info.ts';
import { type GoModule, linkedVersion, parseModules, stdlibVersion } from './go/modules.ts';

/** Programs built by Go: the modules in them, the program itself and the standard library. */
export const go: FileCataloger = {
  kind: 'file',
  id: 'go',
  version: 1,
  maxBytes: 1024 * 1024 * 1024,
  wants: ({ path, mode, head }) => ((mode & 0o111) !== 0 || /\.(?:dll|exe)$/i.test(path)) && isExecutable(head),
  read: (file) => {
    const info = findBuildInfo(file.bytes);
    return info === undefined ? [] : modulesOf(info).map((module) => packageOf(module, file.path));
  },
};

function modulesOf({ goVersion, modules }: BuildInfo): GoModule[] {
  const parsed = parseModules(modules);
  const stdlib = stdlibVersion(goVersion);
  const found: GoModule[] = [];
  if (parsed.main !== undefined) {
    // The tool chain does not know the version of what it builds from a working copy.
    const isKnown = parsed.main.version !== '' && parsed.main.version !== '(devel)';
    found.push({ path: parsed.main.path, version: (isKnown ? parsed.main.version : linkedVersion(parsed)) ?? '' });
  }
  found.push(...parsed.dependencies);
  if (stdlib !== undefined) found.push({ path: 'stdlib', version: stdlib });
  const distinct = new Map(found.map((module) => [`${module.path}@${module.version}`, module]));
  return [...distinct.values()].filter(({ path, version }) => path !== '' && version !== '' && version !== '(devel)');
}

/** Advisories write versions without the leading `v`, package URLs with it. */
function packageOf({ path, version }: GoModule, location: string): FoundPackage {
  const slash = path.lastIndexOf('/');
  return {
    name: path,
    version: version.replace(/^v(?=\d)/, ''),
    ecosystem: 'Go',
    purl: formatPurl({
      type: 'golang',
      namespace: slash < 0 ? null : path.slice(0, slash),
      name: path.slice(slash + 1),
      version,
    }),
    path: location,
  };
}
