import { PassThrough, type Readable } from "node:stream";

export interface ServerSentEvent {
  readonly event: string;
  /** On one line. */
  readonly data: Buffer;
}

/** Proxies close what is silent for half a minute or more. */
const HEARTBEAT_MS = 15_000;

/** Events as a stream that ends with the last of them, with a comment now and then so that nothing on the way takes it for dead. */
export function eventStream(events: AsyncIterable<ServerSentEvent>): Readable {
  const stream = new PassThrough();
  const heartbeat = setInterval(() => stream.write(": still here\n\n"), HEARTBEAT_MS);
  stream.once("close", () => clearInterval(heartbeat));
  stream.on("error", () => {});
  void pass(events, stream).then(
    () => stream.end(),
    () => stream.destroy(),
  );
  return stream;
}

async function pass(events: AsyncIterable<ServerSentEvent>, stream: PassThrough): Promise<void> {
  for await (const { event, data } of events) {
    if (stream.destroyed) return;
    stream.write(`event: ${event}\ndata: `);
    stream.write(data);
    stream.write("\n\n");
  }
}
