/** The stream as the relay sees it: many records a call, of which each is accepted or refused by itself. */
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { OutboxEvent } from "./outbox.ts";

export interface Stream {
  /** @returns for each event, in order: undefined when the stream has it, otherwise why not */
  put(events: readonly OutboxEvent[]): Promise<readonly (string | undefined)[]>;
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
