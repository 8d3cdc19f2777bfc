import type { AdvisorySource } from './advisory-source.ts';
import { folder } from './folder.ts';
import { url } from './url.ts';

/** The first that accepts a location reads it. */
export const advisorySources: readonly AdvisorySource[] = [folder, url];
