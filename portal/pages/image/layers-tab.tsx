import { formatSize } from '../../format.ts';
import table from '../../parts/list-table.module.css';
import { EmptyState, ErrorState, Skeletons } from '../../parts/states.tsx';
import { plural } from '../../texts.ts';
import { useAllLayers } from './image-queries.ts';
import type { ImageTabProps } from './image-tabs.ts';
import layerStyles from './layers-tab.module.css';

/** From the bottom up, with what each brought. */
export function LayersTab({ image, digest, platform }: ImageTabProps) {
  const layers = useAllLayers(digest, platform);
  if (layers.error && !layers.items) return <ErrorState error={layers.error} retry={layers.retry} />;
  if (!layers.items) return <Skeletons rows={6} />;
  if (layers.items.length === 0)
    return (
      <EmptyState title={image.kind === 'index' && !platform ? 'Choose a platform' : 'No layers'}>
        <p>
          {image.kind === 'index' && !platform ? 'Each platform has layers of its own.' : 'This image holds no layers.'}
        </p>
      </EmptyState>
    );
  const largest = Math.max(1, ...layers.items.map((layer) => layer.sizeBytes));
  const [first] = image.platforms;
  return (
    <>
      {image.platforms.length > 1 && !platform && first && (
        <p className={layerStyles.note}>Each platform has layers of its own; these are those of {first.platform}.</p>
      )}
      <div className={table.frame}>
        <table aria-label="Layers, from the bottom up">
          <thead>
            <tr>
              <th scope="col" className={layerStyles.number}>
                <span className="visually-hidden">Number</span>
              </th>
              <th scope="col">Command</th>
              <th scope="col" className={layerStyles.bar}>
                <span className="visually-hidden">Share</span>
              </th>
              <th scope="col" className={table.right}>
                Size
              </th>
              <th scope="col">Brought</th>
              <th scope="col">Findings</th>
            </tr>
          </thead>
          <tbody>
            {layers.items.map((layer, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same layer may lie in an image twice; its place is its name
              <tr key={`${index} ${layer.diffId}`}>
                <td className={layerStyles.number}>{index + 1}</td>
                <td title={layer.diffId}>
                  <code>{layer.createdBy || 'not known'}</code>
                </td>
                <td className={layerStyles.bar} aria-hidden="true">
                  <span style={{ width: `${Math.max(2, (layer.sizeBytes / largest) * 100)}%` }} />
                </td>
                <td className={table.right}>{formatSize(layer.sizeBytes)}</td>
                <td data-empty={layer.packages > 0 ? undefined : ''}>
                  {layer.packages > 0 ? plural(layer.packages, 'package', 'packages') : '—'}
                </td>
                <td data-empty={layer.findings > 0 ? undefined : ''}>
                  {layer.findings > 0 ? plural(layer.findings, 'finding', 'findings') : '—'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
