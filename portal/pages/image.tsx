import { useQuery } from '@tanstack/react-query';
import { RequestError } from '../client.ts';
import { PullBox } from '../parts/pull-box.tsx';
import { pullReference } from '../parts/pull-commands.ts';
import { RouteTabs } from '../parts/route-tabs.tsx';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { meOptions } from '../queries.ts';
import { useTitle } from '../title.ts';
import { nameOf, placeOf, tagOf, useImageAddress } from './image/image-address.ts';
import { ImageHead } from './image/image-head.tsx';
import styles from './image/image-page.module.css';
import { ImageProblems } from './image/image-problems.tsx';
import { useImageDetail } from './image/image-queries.ts';
import { imageTabs } from './image/image-tabs.ts';
import { PostureStrip } from './image/posture-strip.tsx';
import { useImageKeys } from './image/use-image-keys.ts';

/** One image by its digest: what it is, how safe, how to pull it; then its tabs. */
export function ImagePage() {
  const { digest, tab: wanted, platform, via } = useImageAddress();
  const { data: image, error, refetch } = useImageDetail(digest, platform);
  const { data: me } = useQuery(meOptions);
  const tab = imageTabs.find(({ id }) => id === wanted) ?? imageTabs[0];
  const place = image && placeOf(image, via);
  const tag = place && tagOf(place, via);
  const name = nameOf(digest, place, tag);
  useTitle(name.split('/').at(-1), tab?.label);
  const isRefused = place !== undefined && ['retired', 'quarantined', 'removed'].includes(place.state);
  const target = place && {
    registryHost: me?.registryHost ?? window.location.host,
    repository: place.repository,
    tag: tag ?? null,
    digest,
  };
  useImageKeys({
    digest,
    tabs: imageTabs.map(({ id }) => `/images/${digest}/${id}`),
    current: `/images/${digest}/${tab?.id}`,
    pullCommand: target && !isRefused ? `docker pull ${pullReference(target)}` : undefined,
  });
  if (error && !image) return <MissingImage digest={digest} error={error} retry={() => void refetch()} />;
  if (!image || !tab)
    return (
      <div className="page">
        <Skeletons rows={10} />
      </div>
    );
  const tabs = imageTabs.map(({ id, label, count }) => ({
    id,
    label,
    count: count?.(image),
    to: `/images/${digest}/${id}`,
  }));
  const Tab = tab.component;
  return (
    <div className="page">
      <ImageHead image={image} digest={digest} platform={platform} place={place} tag={tag} name={name} />
      <PostureStrip image={image} />
      <ImageProblems image={image} />
      {place && target && (
        <div className={styles.pull}>
          <PullBox
            {...target}
            refused={isRefused ? (place.notice ?? `${name} cannot be pulled.`) : null}
            warning={isRefused ? null : place.notice}
          />
        </div>
      )}
      <RouteTabs label="About this image" tabs={tabs} current={tab.id} />
      <div className={styles.tab}>
        <Tab image={image} digest={digest} platform={platform} place={place} name={name} />
      </div>
    </div>
  );
}

function MissingImage(props: { readonly digest: string; readonly error: Error; readonly retry: () => void }) {
  const isMissing = props.error instanceof RequestError && props.error.status === 404;
  return (
    <div className="page">
      {isMissing ? (
        <EmptyState title="There is no such image">
          <p>
            No repository that you may see holds <code>{props.digest}</code>.
          </p>
        </EmptyState>
      ) : (
        <ErrorState error={props.error} retry={props.retry} />
      )}
    </div>
  );
}
