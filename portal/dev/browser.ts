import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium of `ASSAY_CHROMIUM` or of the system; undefined when there is none. */
export function findChromium(): string | undefined {
  const path = process.env.ASSAY_CHROMIUM ?? '/usr/bin/chromium';
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface View {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

export const views: readonly View[] = [
  { name: 'light', width: 1440, height: 900, scheme: 'light' },
  { name: 'dark', width: 1440, height: 900, scheme: 'dark' },
  { name: 'phone', width: 390, height: 844, scheme: 'light' },
];

/** A page that remembers what it complained about: errors, refused content, failed requests of its own making. */
export async function openPage(
  browser: Browser,
  url: string,
  { width, height, scheme }: View,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is told by the page itself; the console only repeats it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return { page, complaints };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeAnswer {
  readonly violations: readonly { id: string; nodes: readonly { html: string; failureSummary: string }[] }[];
}

/** What axe finds against WCAG 2.2 AA, one line each. What the dark scheme could change is only contrast. */
export async function accessibilityFaults(page: Page, { scheme }: Pick<View, 'scheme'>): Promise<string[]> {
  await page.evaluate(axeSource);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const runOnly = scheme === 'dark' ? { type: 'rule', values: ['color-contrast'] } : { type: 'tag', values: tags };
  return page.evaluate(
    async (options) => {
      const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeAnswer> } };
      const { violations } = await axe.run(options);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} (${failureSummary.split('\n')[1]?.trim()})`,
        ),
      );
    },
    { runOnly },
  );
}

/** Widths of the layout's steps, and the narrowest window that must still work. */
const wide = [960, 1180, 1920];
const narrow = [320, 767];

/** Where the page is wider than its window; nothing may scroll sideways. */
export async function overflowFaults(page: Page, { width, height }: View): Promise<string[]> {
  const faults: string[] = [];
  for (const tried of [...(width < 768 ? narrow : wide), width]) {
    await page.setViewportSize({ width: tried, height });
    const excess = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return '';
      const widest = [...document.querySelectorAll('main *')].find(
        (one) => one.getBoundingClientRect().right > clientWidth + 1,
      );
      return `${scrollWidth - clientWidth} px too wide, by ${widest?.outerHTML.slice(0, 120)}`;
    });
    if (excess) faults.push(`at ${tried} px: ${excess}`);
  }
  return faults;
}
