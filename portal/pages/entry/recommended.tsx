import { IconCheck, IconMinus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { EntryDetail, EntryRow } from '#model/api-entries.ts';
import type { ImageDetail } from '#model/api-images.ts';
import { formatDate } from '../../format.ts';
import { Grade } from '../../parts/grade.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PullBox } from '../../parts/pull-box.tsx';
import { countsSentence, SeverityCounts } from '../../parts/severity.tsx';
import { useMe } from '../../queries.ts';
import { entryTexts as texts } from './entry-texts.ts';
import styles from './recommended.module.css';
import { isGone } from './tag-lines.ts';

type Best = NonNullable<EntryRow['recommended']>;
interface Reason {
  readonly isGood: boolean;
  readonly words: string;
}

interface RecommendedProps {
  readonly entry: EntryDetail;
  readonly image: ImageDetail | undefined;
}

/** The tag to use, why, and the command that pulls exactly it. The only panel with a gold line. */
export function Recommended({ entry, image }: RecommendedProps) {
  const registryHost = useMe().data?.registryHost ?? window.location.host;
  const { recommended: best, repository, mayPull } = entry;
  if (!best) {
    return (
      <Panel title={texts.noneRecommended}>
        <p className="muted">{texts.noneRecommendedWhy}</p>
      </Panel>
    );
  }
  const notice = image?.repositories.find((place) => place.repository === repository)?.notice ?? null;
  const refused = mayPull ? (isGone(best.state) ? notice : null) : texts.mayNotWhy(repository);
  return (
    <Panel recommended flush>
      <div className={styles.top}>
        <div className={styles.words}>
          <h2 className={styles.label}>{texts.recommended}</h2>
          <Link
            to="/images/$digest"
            params={{ digest: best.digest }}
            search={{ via: `${repository}:${best.tag}` }}
            className={styles.tag}
          >
            {best.tag}
          </Link>
          <ul className={styles.reasons}>
            {reasonsFor(entry, best).map(({ isGood, words }) => (
              <li key={words} data-good={isGood || undefined}>
                {isGood ? (
                  <IconCheck size={16} stroke={1.75} aria-hidden="true" />
                ) : (
                  <IconMinus size={16} stroke={1.75} aria-hidden="true" />
                )}
                {words}
              </li>
            ))}
          </ul>
        </div>
        <div className={styles.posture}>
          <Grade grade={best.posture?.grade ?? null} size={56} />
          <SeverityCounts posture={best.posture} />
        </div>
      </div>
      <div className={styles.pull}>
        <PullBox
          registryHost={registryHost}
          repository={repository}
          tag={best.tag}
          digest={best.digest}
          refused={refused}
          warning={notice}
        />
      </div>
    </Panel>
  );
}

function reasonsFor(entry: EntryDetail, best: Best): readonly Reason[] {
  return [supportReason(entry, best), findingsReason(best), usersReason(entry, best)];
}

function supportReason(entry: EntryDetail, best: Best): Reason {
  const end = best.window.endOfLife;
  if (!end) return { isGood: false, words: texts.supportUnknown };
  const others = entry.tagRows.filter((row) => row.tag !== best.tag && !isGone(row.state));
  const isLongest = others.length > 0 && others.every((row) => (row.window.endOfLife ?? '9999') < end);
  return {
    isGood: true,
    words: isLongest ? texts.supportedLongest(formatDate(end)) : texts.supportedUntil(formatDate(end)),
  };
}

function findingsReason({ posture }: Best): Reason {
  if (!posture) return { isGood: false, words: texts.notScanned };
  const isClean = posture.counts.critical + posture.counts.high === 0;
  return isClean
    ? { isGood: true, words: texts.clean }
    : { isGood: false, words: texts.findings(countsSentence(posture.counts)) };
}

function usersReason({ consumers }: EntryDetail, best: Best): Reason {
  const users = consumers.filter(({ tags }) => tags.includes(best.tag)).length;
  if (users === 0) return { isGood: false, words: texts.unused };
  return { isGood: true, words: texts.used(users, consumers.length) };
}
