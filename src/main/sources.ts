import type { SourceConfig } from '#features/advisories/index.ts';
import type { Config } from '#platform/config/config.ts';
import { sampleFolder } from '#workflows/load-samples.ts';

/** Where facts from outside come from: what is configured, else, with samples, the facts that go with them. */
export interface FactSources {
  readonly advisories: readonly SourceConfig[];
  readonly knownExploited: string | null;
  readonly endOfLife: string | null;
}

function idOf(location: string): string {
  return (
    location
      .replace(/^https?:\/\//, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1) || location
  );
}

export function factSources(config: Config): FactSources {
  const samples = config.samples ? sampleFolder(config.data) : undefined;
  const configured = config.advisories.map((location) => ({ id: idOf(location), location }));
  const fallback = samples ? [{ id: 'samples', location: samples.advisories }] : [];
  return {
    advisories: configured.length > 0 ? configured : fallback,
    knownExploited: config.knownExploited ?? samples?.knownExploited ?? null,
    endOfLife: config.endOfLife ?? samples?.endOfLife ?? null,
  };
}
