import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { RequestError } from '../client.ts';
import { pullReference } from '../parts/pull-commands.ts';
import { RouteTabs } from '../parts/route-tabs.tsx';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { useEntry, useMe } from '../queries.ts';
import { useTitle } from '../title.ts';
import { Consumers } from './entry/consumers.tsx';
import { parseEntryAddress } from './entry/entry-address.ts';
import { EntryAside } from './entry/entry-aside.tsx';
import styles from './entry/entry-head.module.css';
import { EntryHead } from './entry/entry-head.tsx';
import { entryTexts as texts } from './entry/entry-texts.ts';
import { Recommended } from './entry/recommended.tsx';
import { recommendedImage } from './entry/recommended-image.ts';
import { SettingsForm } from './entry/settings-form.tsx';
import { TagsPanel } from './entry/tags-panel.tsx';
import { useEntryKeys } from './entry/use-entry-keys.ts';

/** One entry: what to use and how to pull it, then all its tags, who pulls them, and its papers at the side. */
export function EntryPage() {
  const { repository, tab } = parseEntryAddress(useParams({ from: '/entries/$' })._splat ?? '');
  const { data: entry, error, refetch } = useEntry(repository);
  const { data: image } = useQuery(recommendedImage(entry));
  const { data: me } = useMe();
  const mayWrite = me?.permissions.includes('entry.write') ?? false;
  const address = `/entries/${repository}`;
  const tabs = [
    { id: '', label: texts.overview, to: address },
    { id: 'settings', label: texts.settings, to: `${address}/-/settings` },
  ];
  const best = entry?.recommended;
  useEntryKeys({
    digest: best?.digest,
    pullCommand:
      entry?.mayPull && best && me ? `docker pull ${pullReference({ ...me, repository, ...best })}` : undefined,
    tabs: mayWrite ? tabs.map(({ to }) => to) : [],
    current: tab === 'settings' ? `${address}/-/settings` : address,
  });
  useTitle(repository.split('/').at(-1), tab === 'settings' ? texts.settings : undefined);
  if (error && !entry) return <MissingEntry repository={repository} error={error} retry={() => void refetch()} />;
  if (!entry) {
    return (
      <div className="page">
        <Skeletons rows={10} />
      </div>
    );
  }
  return (
    <div className="page">
      <EntryHead entry={entry} />
      {mayWrite && (
        <div className={styles.tabs}>
          <RouteTabs label={texts.about} tabs={tabs} current={tab} />
        </div>
      )}
      {tab === 'settings' && mayWrite ? (
        <SettingsForm key={repository} entry={entry} />
      ) : (
        <div className="with-aside">
          <div className="stack">
            <Recommended entry={entry} image={image} />
            <TagsPanel entry={entry} />
            <Consumers entry={entry} />
          </div>
          <EntryAside entry={entry} image={image} />
        </div>
      )}
    </div>
  );
}

function MissingEntry(props: { readonly repository: string; readonly error: Error; readonly retry: () => void }) {
  const isMissing = props.error instanceof RequestError && props.error.status === 404;
  return (
    <div className="page">
      <h1 className="visually-hidden">{props.repository}</h1>
      {isMissing ? (
        <EmptyState title={texts.missingTitle}>
          <p>{texts.missing(props.repository)}</p>
        </EmptyState>
      ) : (
        <ErrorState error={props.error} retry={props.retry} />
      )}
    </div>
  );
}
