import { Link } from '@tanstack/react-router';
import styles from './route-tabs.module.css';

export interface RouteTab {
  readonly id: string;
  readonly label: string;
  readonly count?: number | undefined;
  /** The address of the tab, as a path. */
  readonly to: string;
}

/** Tabs that are routes, so Back works. */
export function RouteTabs(props: {
  readonly label: string;
  readonly tabs: readonly RouteTab[];
  readonly current: string;
}) {
  return (
    <nav aria-label={props.label} className={styles.tabs}>
      {props.tabs.map((tab) => (
        <Link
          key={tab.id}
          to={tab.to}
          search={true as never} // the tabs of one page share their search; the router cannot know from a path in a variable
          resetScroll={false}
          activeOptions={{ exact: true, includeSearch: false }}
          aria-current={tab.id === props.current ? 'page' : undefined}
        >
          {tab.label}
          {tab.count !== undefined && <span className={styles.count}>{tab.count.toLocaleString()}</span>}
        </Link>
      ))}
    </nav>
  );
}
