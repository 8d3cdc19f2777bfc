import { dropOtherVerdicts } from '#features/malware/index.ts';
import { deleteEvents } from '#features/notifications/index.ts';
import { addDays } from '#kernel/clock.ts';
import type { ScanWork } from './work.ts';

const EVENT_DAYS = 90;

/** Removes what nobody will ask for again: old events, uploads that nobody went on with, verdicts of replaced malware rules. */
export async function keepHouse(
  { db, blobs, clock, malware }: ScanWork,
  { uploadDays }: { readonly uploadDays: number },
): Promise<string> {
  const now = clock.now();
  const events = await deleteEvents(db, addDays(now, -EVENT_DAYS));
  const uploads = await blobs.sweepUploads(addDays(now, -uploadDays));
  const verdicts = await dropOtherVerdicts(db, malware.contentVersion);
  return `${events} events, ${uploads} uploads and ${verdicts} verdicts removed`;
}
