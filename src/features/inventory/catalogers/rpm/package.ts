import { formatPurl } from '#formats/purl/purl.ts';
import type { Distribution } from '#model/package.ts';
import type { FoundPackage } from '../../cataloger.ts';
import { makerOf } from '../makers.ts';
import type { RpmHeader } from './header.ts';

/** A package of an rpm database as the inventory knows it. */
export function packageOfHeader(header: RpmHeader, distribution: Distribution | null, path: string): FoundPackage {
  const versionRelease = header.release === '' ? header.version : `${header.version}-${header.release}`;
  const source = parseSourceRpm(header.sourceRpm);
  const module = moduleOf(header);
  const maker = makerOf(header.vendor, versionRelease, distribution);
  return {
    name: header.name,
    version: withEpoch(header.epoch, versionRelease),
    ecosystem: maker === undefined ? null : '',
    purl: formatPurl({
      type: 'rpm',
      namespace: distribution && purlNamespace(distribution.id),
      name: header.name,
      version: versionRelease,
      qualifiers: {
        arch: header.arch,
        distro: distribution && distroQualifier(distribution),
        epoch: header.epoch === 0 ? null : String(header.epoch),
      },
    }),
    ...(source === undefined
      ? {}
      : { sourceName: source.name, sourceVersion: withEpoch(header.epoch, source.versionRelease) }),
    ...(module === undefined ? {} : { module }),
    ...(header.license === '' ? {} : { licenses: [header.license] }),
    ...(maker === undefined ? {} : { maker }),
    path,
    owns: header.files,
  };
}

/** Advisories write an epoch only where there is one; the order of rpm versions reads a missing one as 0. */
function withEpoch(epoch: number, versionRelease: string): string {
  return epoch === 0 ? versionRelease : `${epoch}:${versionRelease}`;
}

/** `bash-5.1.8-6.el9_1.src.rpm`; it carries no epoch. */
function parseSourceRpm(sourceRpm: string): { name: string; versionRelease: string } | undefined {
  const stem = sourceRpm.replace(/\.(?:no)?src\.rpm$/, '');
  if (stem === sourceRpm) return undefined;
  const beforeRelease = stem.lastIndexOf('-');
  const beforeVersion = stem.lastIndexOf('-', beforeRelease - 1);
  if (beforeVersion <= 0) return undefined;
  return { name: stem.slice(0, beforeVersion), versionRelease: stem.slice(beforeVersion + 1) };
}

/**
 * `NAME:STREAM`. Some builds carry no label although their release says that they belong to a module; which one is
 * not known then.
 */
function moduleOf(header: RpmHeader): string | undefined {
  const [name, stream] = header.modularityLabel.split(':');
  if (name && stream) return `${name}:${stream}`;
  return /\.module[+_]/.test(header.release) ? 'unknown:unknown' : undefined;
}

/** The vendor's name as package URLs write it, where it is not the ID of os-release. */
function purlNamespace(distributionId: string): string {
  if (distributionId === 'rhel') return 'redhat';
  return distributionId.startsWith('opensuse') ? 'opensuse' : distributionId;
}

function distroQualifier({ id, versionId }: Distribution): string {
  return versionId === '' ? id : `${id}-${versionId}`;
}
