import { addDays, isoDay } from '#kernel/clock.ts';

/**
 * End-of-life data for the sample images in the shape of endoflife.date's API v1 `products/full`. The dates are relative to
 * the first start, so that in any year one sample is supported, one about to end and one past its end.
 */
export function sampleProducts(start: Date): object {
  const day = (days: number) => isoDay(addDays(start, days));
  const release = (name: string, endsIn: number) => ({
    name,
    label: name,
    releaseDate: day(endsIn - 730),
    isLts: false,
    isEol: endsIn < 0,
    eolFrom: day(endsIn),
    isMaintained: endsIn >= 0,
  });
  return {
    schema_version: '1.2.0',
    generated_at: start.toISOString(),
    total: 3,
    result: [
      {
        name: 'alpine-linux',
        label: 'Alpine Linux',
        category: 'os',
        identifiers: [{ id: 'cpe:/o:alpinelinux:alpine_linux', type: 'cpe' }],
        releases: [release('3.22', 524), release('3.15', -386)],
      },
      {
        name: 'nodejs',
        label: 'Node.js',
        category: 'lang',
        identifiers: [{ id: 'pkg:generic/node', type: 'purl' }],
        releases: [release('24', 889), release('20', 38)],
      },
      {
        name: 'debian',
        label: 'Debian',
        category: 'os',
        identifiers: [{ id: 'cpe:/o:debian:debian_linux', type: 'cpe' }],
        releases: [release('12', 585)],
      },
    ],
  };
}
