import type { ReportFormat } from '../report.ts';
import { cyclonedx } from './cyclonedx.ts';
import { malwareSarif } from './malware-sarif.ts';
import { sarif } from './sarif.ts';

export const reportFormats: readonly ReportFormat[] = [sarif, cyclonedx, malwareSarif];
