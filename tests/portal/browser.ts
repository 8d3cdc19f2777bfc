import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findPeer } from '#testkit/peers.ts';

const DIST = process.env.PORTAL_DIST ?? new URL('../../portal/dist', import.meta.url).pathname;
const axeSource = () => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const distDir = DIST;

const findBrowser = () => ['chromium', 'chromium-browser', 'google-chrome'].map(findPeer).find((path) => path);

/** For the `skip` option: the reason when there is no browser, or the portal was not built. */
export function withoutBrowser(): string | false {
  if (!findBrowser()) return 'needs chromium on the path';
  return existsSync(`${DIST}/index.html`) ? false : 'needs the built portal (npm run build)';
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
}

/** The three ways in which every page is looked at. */
export const looks: Readonly<Record<'light' | 'dark' | 'phone', BrowserContextOptions>> = {
  light: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
};

interface AxeFault {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

const RUN = `axe.run(document, {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
}).then(({ violations }) => violations)`;

/** What axe finds against WCAG 2.2 AA, one line a fault. The page's context must bypass the policy for scripts. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource());
  const faults = await page.evaluate<AxeFault[]>(RUN);
  return faults.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id} at ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`),
  );
}
