import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';

/**
 * What differs when many requests share one connection (HTTP/2): a bound on silence and a break are for the request's stream,
 * not for the connection, and a body that is broken off looks like one that has ended.
 */

/** Closes the request, or its connection, when it moves nothing for so long; 0 lifts the bound. */
export function boundSilence(request: IncomingMessage, timeoutMs: number): void {
  if (!isShared(request)) {
    request.socket.setTimeout(timeoutMs);
    return;
  }
  const { stream } = request;
  stream.removeAllListeners('timeout');
  stream.setTimeout(timeoutMs, () => stream.close(constants.NGHTTP2_CANCEL));
}

/** Takes no more of the request. */
export function cutOff(request: IncomingMessage): void {
  if (isShared(request)) request.stream.close(constants.NGHTTP2_CANCEL);
  else request.destroy();
}

/** Ends an answer that is not whole, so that the client sees that it is not. */
export function breakOff(response: ServerResponse): void {
  const stream = sharedStream(response);
  if (stream) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

/** Whether nobody waits for the answer any more. */
export function isGone(response: ServerResponse): boolean {
  return sharedStream(response)?.closed ?? response.destroyed;
}

/** Whether the client went away before it had sent everything. */
export function isBrokenOff(request: IncomingMessage): boolean {
  if (isShared(request)) return request.aborted || request.stream.rstCode !== constants.NGHTTP2_NO_ERROR;
  return request.destroyed && !request.complete;
}

/** Whether the header is all there is. */
export function hasNoBody(request: IncomingMessage): boolean {
  if (isShared(request)) return request.stream.endAfterHeaders;
  return request.headers['transfer-encoding'] === undefined && request.headers['content-length'] === undefined;
}

function sharedStream(response: unknown): Http2ServerResponse['stream'] | undefined {
  return (response as Partial<Http2ServerResponse>).stream;
}

function isShared(request: unknown): request is Http2ServerRequest {
  return (request as IncomingMessage).httpVersionMajor === 2;
}
