export {
  createReportArtifact,
  type ReportArtifact,
  type ReportBlob,
  type ReportToAttach,
  reportAnnotations,
} from './attach.ts';
export { reportFormats } from './formats/index.ts';
export { reportsMigrations } from './migrations/index.ts';
export type {
  PlatformScan,
  ReportAcceptance,
  ReportFinding,
  ReportFormat,
  ReportInput,
  ReportKind,
} from './report.ts';
export {
  currentReports,
  expiringReports,
  findReport,
  listReports,
  putReport,
  type ReportSignature,
  removeReport,
  type StoredReport,
  supersede,
  supersededReports,
} from './report-store.ts';
