import { Link } from '@tanstack/react-router';
import type { ImageDetail, RepositoryState } from '#model/api-images.ts';
import { formatSize } from '../../format.ts';
import { DigestChip } from '../../parts/digest-chip.tsx';
import { Chip, StateChip } from '../../parts/state-chip.tsx';
import { Time } from '../../parts/time.tsx';
import styles from './image-head.module.css';
import { PlatformSwitch } from './platform-switch.tsx';

interface ImageHeadProps {
  readonly image: ImageDetail;
  readonly digest: string;
  readonly platform: string | undefined;
  readonly place: RepositoryState | undefined;
  readonly tag: string | undefined;
  readonly name: string;
}

export function ImageHead({ image, digest, platform, place, tag, name }: ImageHeadProps) {
  return (
    <>
      <Crumbs place={place} last={tag ?? name} />
      <header className={styles.head}>
        <h1 tabIndex={-1}>
          {place && tag ? (
            <>
              {place.repository}
              <span className={styles.colon}>:</span>
              <span className={styles.tag}>{tag}</span>
            </>
          ) : (
            name
          )}
        </h1>
        <PlatformSwitch image={image} platform={platform} />
      </header>
      <div className={styles.facts}>
        {place && <StateChip state={place.state} since={place.since} />}
        <DigestChip digest={digest} />
        <span>{formatSize(image.sizeBytes)}</span>
        {image.distribution && <span>{image.distribution.name}</span>}
        {image.platform && <span>{image.platform}</span>}
        {image.createdAt && (
          <span>
            built <Time at={image.createdAt} />
          </span>
        )}
        {image.signing.developmentKey && <Chip tone="warn">Signed by a development key</Chip>}
      </div>
      {image.origin && (
        <p className={styles.origin}>
          Brought from <code>{image.origin.reference}</code> by {image.origin.by},{' '}
          <Time at={image.origin.at} form="day" />.
        </p>
      )}
      <OtherPlaces image={image} place={place} />
    </>
  );
}

function Crumbs({ place, last }: { readonly place: RepositoryState | undefined; readonly last: string }) {
  return (
    <nav aria-label="Breadcrumb" className={styles.crumbs}>
      <ol>
        <li>
          <Link to="/">Catalog</Link>
        </li>
        {place && (
          <li>
            <Link to="/entries/$" params={{ _splat: place.repository }}>
              {place.repository}
            </Link>
          </li>
        )}
        <li aria-current="page">{last}</li>
      </ol>
    </nav>
  );
}

/** The same digest may lie in several repositories, in another state in each. */
function OtherPlaces({ image, place }: Pick<ImageHeadProps, 'image' | 'place'>) {
  const others = image.repositories.filter((other) => other !== place);
  if (others.length === 0) return null;
  return (
    <p className={styles.others}>
      Also in{' '}
      {others.map((other) => (
        <span key={other.repository}>
          <Link
            to="."
            search={(search) => ({
              ...search,
              via: other.tags[0] ? `${other.repository}:${other.tags[0]}` : other.repository,
            })}
            className="link"
          >
            {other.repository}
          </Link>{' '}
          <StateChip state={other.state} />
        </span>
      ))}
    </p>
  );
}
