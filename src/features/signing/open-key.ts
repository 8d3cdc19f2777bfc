import { AppError } from '#kernel/errors.ts';
import { type KeySources, keyProviders } from './keys/index.ts';
import type { SigningKey } from './signing.ts';

/** The key of this installation, from the first provider that is configured. Only the sign process calls it. */
export async function openSigningKey(sources: KeySources): Promise<SigningKey> {
  for (const provider of keyProviders) {
    const key = await provider.open(sources);
    if (key) return key;
  }
  throw new AppError('not-configured', 'cannot sign: no signing key is configured');
}
