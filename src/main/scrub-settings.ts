import { countScrubFindings } from '#features/registry/index.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import { type RepairSource, storeSource } from '#workflows/repair-content.ts';
import type { ScrubSettings } from '#workflows/scrub-range.ts';
import { namedRegistry, originSource } from '#workflows/upstream-sources.ts';
import type { Parts } from '../assay.ts';

const HOUR_MS = 3_600_000;
const SLICE_MS = HOUR_MS / 12;

/** How stored bytes are checked, where damage is mended from, and what is counted of it. */
export function scrubSettings(
  { config, db, options }: Pick<Parts, 'config' | 'db' | 'options'>,
  http: HttpClient,
): ScrubSettings {
  const { metrics } = options;
  const read = metrics.counter('assay_scrub_read_bytes_total', 'Stored bytes that were compared with their digest.');
  const found = metrics.counter('assay_scrub_findings_total', 'Damage that was found, mended or not.', ['kind']);
  const count = () => countScrubFindings(db).catch(() => 0);
  metrics.gauge('assay_scrub_open_findings', 'Damage that was found and is not mended.', count);
  return {
    bytesPerSecond: config.scrubBytesPerSecond,
    orphanAgeMs: HOUR_MS,
    sliceMs: SLICE_MS,
    async sources(wanted) {
      const named = wanted === null ? [] : [namedRegistry(http, wanted)];
      const configured = await Promise.all(config.scrubSources.map((place) => openSource(http, place)));
      return [...named, ...configured, originSource({ db, http })];
    },
    observe(bytes, findings) {
      read.inc(bytes);
      for (const { kind } of findings) found.inc({ kind });
    },
  };
}

/** A registry, or a folder with a copy of the blobs. */
async function openSource(http: HttpClient, place: string): Promise<RepairSource> {
  return /^https?:/.test(place) ? namedRegistry(http, place) : storeSource(place, await diskBlobs(place));
}
