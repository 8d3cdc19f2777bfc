import { AppError, messageOf } from './errors.ts';

/** The nesting depth of JSON text, counted without building it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/**
 * JSON from a stranger: bounded in size and depth before it is built.
 * Throws `unusable-input` with what was wrong; `what` names the thing in the message.
 */
export function parseJson(
  input: string | Uint8Array,
  what: string,
  limits: { maxBytes?: number; maxDepth?: number } = {},
): unknown {
  const { maxBytes = 16 * 1024 * 1024, maxDepth = 64 } = limits;
  if (input.length > maxBytes) {
    throw new AppError('limit-reached', `cannot read ${what}: ${input.length} bytes exceed the limit of ${maxBytes}`);
  }
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
  if (depthOf(text) > maxDepth) {
    throw new AppError('limit-reached', `cannot read ${what}: it is nested deeper than ${maxDepth} levels`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('unusable-input', `cannot read ${what}: it is not JSON (${messageOf(cause)})`, { cause });
  }
}
