import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { CopyButton } from './copy.tsx';
import { Segments } from './segments.tsx';
import './pull-box.css';

const TOOL = 'assay-pull-tool';
const tools = ['docker', 'podman', 'dockerfile', 'kubernetes'] as const;
type Tool = (typeof tools)[number];

const prefixes: Readonly<Record<Tool, string>> = {
  docker: 'docker pull ',
  podman: 'podman pull ',
  dockerfile: 'FROM ',
  kubernetes: 'image: ',
};

interface PullBoxProps {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly mayPull: boolean;
  /** Why pulls are refused or warned, in the registry's own words. */
  readonly notice?: string | null;
  readonly refused?: boolean;
}

/** `assay.example/golden/node:24@sha256:…`, whole. */
export function pullReference({
  host,
  repository,
  tag,
  digest,
}: Pick<PullBoxProps, 'host' | 'repository' | 'tag' | 'digest'>): string {
  return `${host}/${repository}${tag ? `:${tag}` : ''}@${digest}`;
}

/** The pull command by digest for the tool of the reader's choice, or the sentence that says why not. */
export function PullBox(props: PullBoxProps) {
  const [tool, setTool] = useState<Tool>(() => tools.find((one) => one === localStorage.getItem(TOOL)) ?? 'docker');
  const { host, repository, tag, digest, mayPull, notice, refused = false } = props;
  if (refused || !mayPull) {
    return (
      <p className="pull-refused">
        <IconLock size={16} stroke={1.75} aria-hidden="true" />
        <span>{refused && notice ? notice : texts.entry.mayNotWhy}</span>
      </p>
    );
  }
  function choose(next: Tool) {
    setTool(next);
    localStorage.setItem(TOOL, next);
  }
  const [algorithm = '', hex = ''] = digest.split(':');
  return (
    <div className="pull">
      {notice && (
        <p className="pull-notice">
          <IconAlertTriangle size={16} stroke={1.75} aria-hidden="true" />
          <span>{notice}</span>
        </p>
      )}
      <Segments
        label={texts.pull.label}
        options={tools.map((value) => ({ value, label: texts.pull.tools[value] }))}
        value={tool}
        onChange={choose}
      />
      <div className="pull-line">
        <code>
          <span className="faint">{prefixes[tool]}</span>
          {host}/<wbr />
          {repository}
          {tag && (
            <>
              :<wbr />
              {tag}
            </>
          )}
          <wbr />
          <span className="muted">
            @{algorithm}:<wbr />
            {hex}
          </span>
        </code>
        <CopyButton text={prefixes[tool] + pullReference(props)} name={texts.copyCommand} />
      </div>
    </div>
  );
}
