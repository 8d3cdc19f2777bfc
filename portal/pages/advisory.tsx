import { IconFlame } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { AdvisoryDetail } from '#model/api-work.ts';
import { severities } from '#model/severity.ts';
import { RequestError } from '../client.ts';
import { formatDate } from '../format.ts';
import table from '../parts/list-table.module.css';
import { Panel } from '../parts/panel.tsx';
import { SeverityWord } from '../parts/severity.tsx';
import { Chip } from '../parts/state-chip.tsx';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { keys, oneOptions } from '../queries.ts';
import { plural } from '../texts.ts';
import { useTitle } from '../title.ts';
import styles from './advisory/advisory.module.css';

/** One advisory: what an attacker can do, and which images it touches. */
export function AdvisoryPage() {
  const { id } = useParams({ from: '/advisories/$id' });
  const { data, error, refetch } = useQuery(
    oneOptions<AdvisoryDetail>([...keys.advisories, 'one', id], `/advisories/${encodeURIComponent(id)}`),
  );
  useTitle(id);
  const isMissing = error instanceof RequestError && error.status === 404;
  return (
    <div className="page stack">
      <nav aria-label="Breadcrumb" className="muted">
        <Link to="/advisories" className="link">
          Advisories
        </Link>{' '}
        › {id}
      </nav>
      {isMissing && !data && (
        <EmptyState title={`${id} is not known here`}>
          <p>No source that Assay reads names it, or the sources were not read yet.</p>
        </EmptyState>
      )}
      {error && !isMissing && !data && <ErrorState error={error} retry={() => void refetch()} />}
      {!error && !data && <Skeletons rows={6} />}
      {data && <Advisory advisory={data} />}
    </div>
  );
}

function Advisory({ advisory }: { readonly advisory: AdvisoryDetail }) {
  const severity = severities.find((each) => each === advisory.severity) ?? 'unknown';
  const images = new Set(advisory.images.map((image) => image.digest)).size;
  const entries = new Set(advisory.images.map((image) => image.repository)).size;
  return (
    <>
      <header className="stack-small">
        <h1>{advisory.id}</h1>
        <p className="measure">{advisory.summary || 'The advisory has no summary.'}</p>
        <div className="line muted">
          <SeverityWord severity={severity} />
          {advisory.score !== null && <span>CVSS {advisory.score.toFixed(1)}</span>}
          {advisory.knownExploitedSince && (
            <Chip tone="critical">
              <IconFlame size={14} stroke={1.75} aria-hidden="true" />
              Known exploited since {formatDate(advisory.knownExploitedSince)}
            </Chip>
          )}
          {advisory.aliases.map((alias) => (
            <code key={alias}>{alias}</code>
          ))}
          {advisory.published && <span>published {formatDate(advisory.published)}</span>}
          <span>changed {formatDate(advisory.modified)}</span>
        </div>
      </header>
      <Panel
        title={images === 0 ? 'No image is affected' : `${plural(images, 'image', 'images')} affected`}
        sub={images > 0 && `In ${plural(entries, 'repository', 'repositories')} that you may see.`}
        flush={images > 0}
      >
        {images > 0 ? <AffectedTable advisory={advisory} /> : <p>No package of a tagged image matches it.</p>}
      </Panel>
      {advisory.details && (
        <Panel title="Details">
          <p className={styles.details}>{advisory.details}</p>
        </Panel>
      )}
    </>
  );
}

function AffectedTable({ advisory }: { readonly advisory: AdvisoryDetail }) {
  return (
    <div className={table.inPanel}>
      <table aria-label="Affected images">
        <thead>
          <tr>
            <th scope="col">Image</th>
            <th scope="col">Package</th>
          </tr>
        </thead>
        <tbody>
          {advisory.images.map((image) => (
            <tr key={`${image.repository} ${image.digest}`}>
              <td>
                <Link
                  to="/images/$digest/findings"
                  params={{ digest: image.digest }}
                  search={{ via: image.tags[0] ? `${image.repository}:${image.tags[0]}` : image.repository }}
                  className="link medium"
                >
                  {image.repository}
                </Link>{' '}
                <code>{image.tags.join(', ')}</code>
              </td>
              <td>
                <code>{image.package}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
