export { allRoutes } from './all-routes.ts';
export type { RestRouteDeps } from './deps.ts';
export { type HealthDeps, registerHealth } from './health.ts';
export type { Caller, Route } from './route.ts';
export { type RestDeps, registerRest } from './server.ts';
export { createIdentify, type IdentifyDeps } from './session.ts';
