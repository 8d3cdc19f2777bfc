import { useLocation, useParams, useSearch } from '@tanstack/react-router';
import { shortDigest } from '#kernel/digest.ts';
import type { ImageDetail, RepositoryState } from '#model/api-images.ts';

export interface ImageAddress {
  readonly digest: string;
  readonly tab: string;
  readonly platform: string | undefined;
  readonly via: string | undefined;
}

export function useImageAddress(): ImageAddress {
  const { digest } = useParams({ from: '/images/$digest' });
  const { platform, via } = useSearch({ from: '/images/$digest' });
  const path = useLocation({ select: (location) => location.pathname });
  const last = path.split('/').filter(Boolean).at(2);
  return { digest, tab: last ?? 'findings', platform, via };
}

/** `golden/node:24` → its parts; a port or digest does not occur in `via`. */
export function splitVia(via: string | undefined): { repository: string; tag: string | undefined } | undefined {
  if (!via) return undefined;
  const colon = via.lastIndexOf(':');
  if (colon <= via.lastIndexOf('/')) return { repository: via, tag: undefined };
  return { repository: via.slice(0, colon), tag: via.slice(colon + 1) };
}

/** The repository that the reader came from, else a catalog's before an intake's. */
export function placeOf(image: ImageDetail, via: string | undefined): RepositoryState | undefined {
  const wanted = splitVia(via)?.repository;
  const isStaged = (place: RepositoryState) => Number(place.state === 'staged' || place.state === 'rejected');
  return (
    image.repositories.find((place) => place.repository === wanted) ??
    image.repositories.toSorted((a, b) => isStaged(a) - isStaged(b))[0]
  );
}

/** The tag that the reader came by when the repository still has it, else its first. */
export function tagOf(place: RepositoryState, via: string | undefined): string | undefined {
  const tag = splitVia(via)?.tag;
  return tag && place.tags.includes(tag) ? tag : place.tags[0];
}

export function nameOf(digest: string, place: RepositoryState | undefined, tag: string | undefined): string {
  if (!place) return shortDigest(digest);
  return tag ? `${place.repository}:${tag}` : `${place.repository}@${shortDigest(digest)}`;
}
