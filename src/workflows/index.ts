export { type AcquireDeps, acquireImage } from './acquire-image.ts';
export { type AdmitWork, admissionFailed, admitImage } from './admit-image.ts';
export { extendByHand, type HandDecision, restoreByHand, retireByHand } from './change-state.ts';
export { approveIntake, rejectIntake } from './decide-intake.ts';
export { decidePull } from './decide-pull.ts';
export { decidePush } from './decide-push.ts';
export { projectEntry } from './project-entry.ts';
export { receivePush } from './receive-push.ts';
