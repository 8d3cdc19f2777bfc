import { Link } from '@tanstack/react-router';
import type { EntryRow } from '#model/api-entries.ts';
import type { ImageState } from '#model/image-state.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Grade } from '../../parts/grade.tsx';
import { pullReference } from '../../parts/pull-commands.ts';
import { SeverityCounts } from '../../parts/severity.tsx';
import { Chip, StateChip } from '../../parts/state-chip.tsx';
import { SupportBar } from '../../parts/support-bar.tsx';
import { Tile } from '../../parts/tile.tsx';
import { Time } from '../../parts/time.tsx';
import { texts } from '../../texts.ts';
import styles from './catalog.module.css';
import { catalogTexts } from './catalog-texts.ts';

const pullable: readonly ImageState[] = ['approved', 'deprecated', 'staged'];

/** `docker pull …@sha256:…` with the whole digest; undefined when there is nothing that could be pulled. */
export function pullCommandOf(row: EntryRow, registryHost: string): string | undefined {
  if (!row.recommended || !row.mayPull || !pullable.includes(row.recommended.state)) return undefined;
  const { tag, digest } = row.recommended;
  return `docker pull ${pullReference({ registryHost, repository: row.repository, tag, digest })}`;
}

/** One row: which image, how safe, until when, whose, how to pull. The name is the link and covers the row. */
export function EntryLine({
  row,
  words,
  registryHost,
}: {
  readonly row: EntryRow;
  /** Of the search, to mark where they matched. */
  readonly words: readonly string[];
  readonly registryHost: string;
}) {
  const { recommended } = row;
  const command = pullCommandOf(row, registryHost);
  return (
    <tr className={styles.row} data-row={row.repository}>
      <td className={styles.image}>
        <div className={styles.named}>
          <Tile repository={row.repository} />
          <div className={styles.about}>
            <p className={styles.name}>
              <Link to="/entries/$" params={{ _splat: row.repository }} data-row-link>
                <SplitName repository={row.repository} />
              </Link>
              {!row.mayPull && <Chip tone="plain">{catalogTexts.restricted}</Chip>}
              {recommended && recommended.state !== 'approved' && <StateChip state={recommended.state} />}
            </p>
            <p className={styles.second}>{row.description}</p>
            {row.matched && (
              <p className={styles.matched}>
                <Marked text={row.matched} words={words} />
              </p>
            )}
          </div>
        </div>
      </td>
      <td className={styles.tag}>
        {recommended ? (
          <code title={recommended.tag}>{recommended.tag}</code>
        ) : (
          <span className={styles.second}>{catalogTexts.noTag}</span>
        )}
        {recommended && <p className={styles.second}>{recommended.distribution ?? catalogTexts.noDistribution}</p>}
      </td>
      <td className={styles.posture}>
        {recommended && (
          <div className={styles.graded}>
            <Grade grade={recommended.posture?.grade ?? null} />
            <div>
              <SeverityCounts posture={recommended.posture} />
              {recommended.posture && (
                <p className={styles.second}>
                  {catalogTexts.fixable(recommended.posture.fixable)}
                  {recommended.reportedAt && ' · '}
                  {recommended.reportedAt && <Time at={recommended.reportedAt} />}
                </p>
              )}
            </div>
          </div>
        )}
      </td>
      <td className={styles.support}>{recommended && <SupportBar window={recommended.window} />}</td>
      <td className={styles.owner}>
        {row.owner ?? <span className={styles.second}>{catalogTexts.noOwner}</span>}
        <p className={styles.second}>{catalogTexts.teams(row.teams)}</p>
      </td>
      <td className={styles.copy}>
        {command && <CopyButton text={command} label={texts.copy.command(row.repository)} />}
      </td>
    </tr>
  );
}

function SplitName({ repository }: { readonly repository: string }) {
  const cut = repository.lastIndexOf('/') + 1;
  return (
    <>
      <span className={styles.path}>{repository.slice(0, cut)}</span>
      {repository.slice(cut)}
    </>
  );
}

/** The text with the searched words marked. */
function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (escaped.length === 0) return text;
  const pieces = text.split(new RegExp(`(${escaped.join('|')})`, 'i'));
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
  return pieces.map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece));
}
