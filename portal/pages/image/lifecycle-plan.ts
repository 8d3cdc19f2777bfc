import type { HistoryRow, ImageDetail, RepositoryState } from '#model/api-images.ts';
import type { TimelineItem } from '../../parts/timeline.tsx';

/** What is to come for an image in one place, latest first; only dates that are known. */
export function planOf(image: ImageDetail, place: RepositoryState | undefined, now: Date): TimelineItem[] {
  const items: TimelineItem[] = [];
  const isOver = place !== undefined && ['retired', 'removed', 'quarantined', 'rejected'].includes(place.state);
  const { endOfLife, decidedBy } = image.window;
  if (!isOver && place?.retiresAt && isAhead(place.retiresAt, now)) {
    const use = place.successor ? ` and name ${place.successor}` : '';
    items.push({
      key: 'retires',
      at: place.retiresAt,
      title: 'Retired',
      detail: `Pulls are refused${use}.`,
      state: 'retired',
      planned: true,
    });
  }
  if (!isOver && endOfLife && isAhead(endOfLife, now)) {
    const subject = decidedBy?.subject ?? 'What it stands on';
    items.push({
      key: 'ends',
      at: endOfLife,
      title: 'Support ends',
      detail: `${subject} ends. Before that, pulls are served with a warning.`,
      state: 'deprecated',
      planned: true,
    });
  }
  if (image.nextScanAt && isAhead(image.nextScanAt, now))
    items.push({ key: 'scan', at: image.nextScanAt, title: 'Next scan', state: null, planned: true });
  return items.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** What happened in one repository, and everywhere at once, newest first. */
export function pastOf(history: readonly HistoryRow[], repository: string | undefined): TimelineItem[] {
  return history
    .filter((row) => repository === undefined || row.repository === repository || row.repository === '')
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .map((row, index) => ({
      key: `${row.at} ${index}`,
      at: row.at,
      title: row.state ? titleOf(row.state) : row.message,
      detail: row.state ? `${row.message} By ${row.actor}.` : `By ${row.actor}.`,
      state: row.state,
    }));
}

const titleOf = (state: string) => state.charAt(0).toUpperCase() + state.slice(1);
const isAhead = (iso: string, now: Date) => Date.parse(iso) > now.getTime();
