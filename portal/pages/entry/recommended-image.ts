import type { EntryDetail } from '#model/api-entries.ts';
import { imageOptions } from '../../queries.ts';

/** The image behind the recommended tag: its signature, its next scan, its notice. Not asked for while there is none. */
export function recommendedImage(entry: EntryDetail | undefined) {
  const digest = entry?.recommended?.digest;
  return { ...imageOptions(digest ?? ''), enabled: digest !== undefined };
}
