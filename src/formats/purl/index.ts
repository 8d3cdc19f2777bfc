export { formatPurl, type Purl, type PurlInput, parsePurl } from './purl.ts';
