import { EVERYWHERE } from '#model/namespace-rules.ts';

/** `staging/vendor/agent` → itself, `staging/vendor`, `staging`, `*`: where its rules may stand, the nearest first. */
export function placesOf(repository: string): string[] {
  if (repository === EVERYWHERE) return [EVERYWHERE];
  const parts = repository.split('/');
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), EVERYWHERE];
}
