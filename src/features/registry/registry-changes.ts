import type { Digest } from '#kernel/digest.ts';

/** The channel on which the database announces what is no longer as it was; its triggers are in `migrations`. */
export const REGISTRY_CHANNEL = 'registry_changed';

/**
 * `tags`: moved or gone. `manifests`, `blobs`: taken out of the repository. `parents`: listed by other indexes of the repository
 * than before. `repository`: any of these, for any member.
 */
export type RegistryChange =
  | { readonly kind: 'tags'; readonly repository: string; readonly members: readonly string[] }
  | {
      readonly kind: 'manifests' | 'blobs' | 'parents';
      readonly repository: string;
      readonly members: readonly Digest[];
    }
  | { readonly kind: 'repository'; readonly repository: string }
  | { readonly kind: 'everything' };

const withMembers: readonly string[] = ['tags', 'manifests', 'blobs', 'parents'] satisfies RegistryChange['kind'][];

/** What it does not understand, as from a newer version on another machine, is a change of everything. */
export function readRegistryChange(message: string): RegistryChange {
  const [kind = '', repository = '', ...members] = message.split(' ');
  if (repository === '') return { kind: 'everything' };
  if (kind === 'repository') return { kind, repository };
  // The triggers write digests for every kind but tags.
  if (withMembers.includes(kind)) return { kind, repository, members } as RegistryChange;
  return { kind: 'everything' };
}
