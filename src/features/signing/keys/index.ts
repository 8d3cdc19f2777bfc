import { development } from './development.ts';
import { file } from './file.ts';
import type { KeyProvider } from './key-provider.ts';

export type { KeyProvider, KeySources } from './key-provider.ts';

/** In order: the first one that is configured is used; the last one always is. */
export const keyProviders: readonly KeyProvider[] = [file, development];
