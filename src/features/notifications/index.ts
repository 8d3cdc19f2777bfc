export type { Channel, ChannelDeps } from './channel.ts';
export { type ChannelId, channels } from './channels/index.ts';
export { type DeliverDeps, type Delivered, deliverDue } from './deliver-due.ts';
export { countDeliveries, type DeliveryCounts, registerEndpoint } from './delivery-store.ts';
export { type Endpoint, logEndpoint, webhookEndpoint } from './endpoint.ts';
export { deleteEvents, EVENTS_CHANNEL, lastEventId, listEvents, type NewEvent, publish } from './event-store.ts';
export { notificationsMigrations } from './migrations/index.ts';
