import type { RpmHeader } from './header.ts';

/**
 * The text that distroless images of Azure Linux carry in place of a database: one package a line, written by
 * `rpm --query --queryformat` with ten fields between tabs.
 */
export function parseManifest(bytes: Uint8Array, damage: (message: string) => void): RpmHeader[] {
  const headers: RpmHeader[] = [];
  for (const [i, line] of new TextDecoder().decode(bytes).split('\n').entries()) {
    if (line.trim() === '') continue;
    const header = parseLine(line);
    if (header === undefined) damage(`line ${i + 1} is not a package`);
    else headers.push(header);
  }
  return headers;
}

/** The other text of these images: `NAME-VERSION-RELEASE.ARCH` a line, as `rpm --query --all` writes it. */
export function parseNameList(bytes: Uint8Array, damage: (message: string) => void): RpmHeader[] {
  const headers: RpmHeader[] = [];
  for (const [i, line] of new TextDecoder().decode(bytes).split('\n').entries()) {
    if (line.trim() === '') continue;
    const parts = /^([^\s]{1,200})-([^-\s]{1,100})-([^-\s]{1,100})\.([a-z0-9_]{1,20}|\(none\))\s*$/.exec(line);
    const [, name, version = '', release = '', arch = ''] = parts ?? [];
    if (name === undefined) damage(`line ${i + 1} is not a package`);
    else headers.push({ ...unknown, name, version, release, arch: arch === '(none)' ? '' : arch });
  }
  return headers;
}

const unknown = { epoch: 0, vendor: '', license: '', sourceRpm: '', modularityLabel: '', files: [] } as const;

function parseLine(line: string): RpmHeader | undefined {
  const [name, versionRelease = '', , , vendor = '', epoch = '', , arch = '', epochNumber = '', sourceRpm = ''] =
    line.split('\t');
  const split = versionRelease.lastIndexOf('-');
  if (!name || split <= 0 || arch === '') return undefined;
  return {
    name,
    version: versionRelease.slice(0, split),
    release: versionRelease.slice(split + 1),
    epoch: Number.parseInt(epochNumber, 10) || Number.parseInt(epoch, 10) || 0,
    arch,
    vendor: vendor === '(none)' ? '' : vendor,
    license: '',
    sourceRpm: sourceRpm.trim(),
    modularityLabel: '',
    files: [],
  };
}
