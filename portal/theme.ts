import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

// The values that screens use live in tokens.css as CSS variables; this file makes Mantine speak the same tokens.
// Order of every tuple: lightest to darkest.

const ink: MantineColorsTuple = [
  '#f0eee8',
  '#e7e4dd',
  '#d3cec4',
  '#bfbaaf',
  '#9b968a',
  '#78746a',
  '#57534a',
  '#403d37',
  '#2b2a26',
  '#1b1a17',
];
const stone: MantineColorsTuple = [
  '#faf9f7',
  '#f3f1ec',
  '#e7e4dd',
  '#d3cec4',
  '#b3ada1',
  '#8c867a',
  '#6b665c',
  '#57534a',
  '#35332d',
  '#1b1a17',
];
const night: MantineColorsTuple = [
  '#f0eee8',
  '#bfbaaf',
  '#9b968a',
  '#78746a',
  '#403d37',
  '#2b2a26',
  '#1f1e1c',
  '#181816',
  '#111110',
  '#0c0c0b',
];
const gold: MantineColorsTuple = [
  '#fbf4e0',
  '#f3e3b5',
  '#e6d3a0',
  '#e6bc55',
  '#d4a22c',
  '#b07f0c',
  '#956a05',
  '#7d5a00',
  '#57461c',
  '#272010',
];
const critical: MantineColorsTuple = [
  '#fbe8ee',
  '#f5c6d4',
  '#f7a1b9',
  '#f7638a',
  '#dd3a68',
  '#bb1f50',
  '#9b1040',
  '#7d0b33',
  '#551027',
  '#33131f',
];
const good: MantineColorsTuple = [
  '#e5f3eb',
  '#c5e5d4',
  '#97d6b4',
  '#62c595',
  '#35a372',
  '#1f8559',
  '#176b48',
  '#11553a',
  '#143a28',
  '#12261c',
];

// The primary button is ink on paper in light and paper on ink in dark; Mantine's static contrast cannot know that.
const variantColorResolver: VariantColorsResolver = (input) => {
  const isPrimary = input.color === undefined || input.color === 'ink';
  if (input.variant === 'filled' && isPrimary)
    return {
      background: 'var(--ink)',
      hover: 'var(--ink-2)',
      color: 'var(--surface)',
      border: '1px solid transparent',
    };
  if (input.variant === 'default')
    return {
      background: 'var(--surface)',
      hover: 'var(--hover)',
      color: 'var(--ink)',
      border: '1px solid var(--line-strong)',
    };
  return defaultVariantColorsResolver(input);
};

export const theme = createTheme({
  colors: { ink, gray: stone, dark: night, gold, critical, good },
  primaryColor: 'ink',
  primaryShade: { light: 9, dark: 0 },
  variantColorResolver,
  white: '#ffffff',
  black: '#1b1a17',

  fontFamily: 'var(--font-sans)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.3333', sm: '1.5385', md: '1.4286', lg: '1.5', xl: '1.4' },
  headings: {
    fontFamily: 'var(--font-sans)',
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.75rem', lineHeight: '2.125rem' },
      h2: { fontSize: '1.25rem', lineHeight: '1.75rem' },
      h3: { fontSize: '1rem', lineHeight: '1.5rem' },
      h4: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },

  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '10px', xl: '14px' },
  defaultRadius: 'md',
  shadows: {
    xs: 'var(--shadow-panel)',
    sm: 'var(--shadow-panel)',
    md: 'var(--shadow-overlay)',
    lg: 'var(--shadow-overlay)',
  },
  breakpoints: { xs: '30em', sm: '48em', md: '64em', lg: '80em', xl: '96em' },
  cursorType: 'pointer',
  respectReducedMotion: true,

  components: {
    Button: { defaultProps: { size: 'sm' }, styles: { label: { fontWeight: 500 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm', rows: 2 } },
    Checkbox: {
      defaultProps: { size: 'xs', radius: 'xs' },
      vars: () => ({ root: { '--checkbox-color': 'var(--ink)', '--checkbox-icon-color': 'var(--surface)' } }),
    },
    SegmentedControl: { defaultProps: { size: 'xs', radius: 'md', withItemsBorders: false } },
    Skeleton: { defaultProps: { radius: 'sm' } },
    Kbd: { defaultProps: { size: 'xs' } },
  },
});

export const variables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--canvas)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-anchor': 'var(--gold-ink)',
    '--mantine-color-error': 'var(--critical-ink)',
    '--mantine-color-disabled': 'var(--sunken)',
    '--mantine-color-disabled-color': 'var(--ink-3)',
  };
  return { variables: {}, light: shared, dark: shared };
};
