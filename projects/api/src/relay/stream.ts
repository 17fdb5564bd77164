/** The stream as the relay sees it: many records a call, of which each is accepted or refused by itself. */
import { KinesisClient, PutRecordsCommand, type KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { OutboxEvent } from "./outbox.ts";

export interface Stream {
  /** @returns for each event, in order: undefined when the stream has it, otherwise why not */
  put(events: readonly OutboxEvent[]): Promise<readonly (string | undefined)[]>;
}

/**
 * The client speaks HTTP/2 unless told otherwise, for the sake of subscriptions that nobody here has. Plain requests
 * go over HTTP/1.1, which every endpoint understands, with limits: without them a call could wait for ever.
 */
export function kinesisClient(options: KinesisClientConfig = {}): KinesisClient {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
  });
  return new KinesisClient({ ...options, requestHandler });
}

export class KinesisStream implements Stream {
  readonly #client: KinesisClient;
  readonly #name: string;

  constructor(
    name: string,
    client = new KinesisClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } }),
  ) {
    this.#name = name;
    this.#client = client;
  }

  async put(events: readonly OutboxEvent[]): Promise<readonly (string | undefined)[]> {
    const { Records: results = [] } = await this.#client.send(
      new PutRecordsCommand({
        StreamName: this.#name,
        Records: events.map(({ partitionKey, payload }) => ({
          PartitionKey: partitionKey,
          Data: Buffer.from(payload),
        })),
      }),
    );
    // An answer for fewer records than were sent tells nothing about the rest.
    return events.map((_, index) => {
      const result = results[index];
      return result === undefined ? "no-answer" : result.ErrorCode;
    });
  }
}
