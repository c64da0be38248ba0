import * as Keys from "@gridfolk/core/ledger/keys";

/** A batch of the table's keys-only stream, as Lambda hands it over; sequence numbers count the records from `first` on. */
export function streamEvent(
  heads: readonly { readonly workspace: string; readonly seq: number }[],
  first = 100,
) {
  return {
    Records: heads.map(({ workspace, seq }, index) => {
      const { pk, sk } = Keys.head(workspace, seq);
      return {
        eventID: `2f6bb2dcf01d0d7a4a4e1b4ba5a6d2e${index}`,
        eventName: "INSERT",
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: "us-east-1",
        dynamodb: {
          ApproximateCreationDateTime: 1_773_119_783,
          Keys: { sk: { S: sk }, pk: { S: pk } },
          SequenceNumber: String(first + index).padStart(21, "0"),
          SizeBytes: 62,
          StreamViewType: "KEYS_ONLY",
        },
        eventSourceARN:
          "arn:aws:dynamodb:us-east-1:123456789012:table/gridfolk/stream/2026-03-10T00:00:00.000",
      };
    }),
  };
}
