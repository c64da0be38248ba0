import { nodePlatform } from "../platform.ts";
import { createSignedFetch } from "../aws/signed-fetch.ts";
import { S3_CREDENTIALS } from "../testing/credentials.ts";
import { startS3 } from "../testing/s3.ts";
import { blobsContract } from "./blobs-contract.ts";
import { createS3Blobs } from "./s3.ts";

const region = "us-east-1";

blobsContract("S3", async () => {
  const server = await startS3("gridfolk-test");
  const s3 = createSignedFetch({
    service: "s3",
    region,
    platform: nodePlatform,
    credentials: S3_CREDENTIALS,
  });
  return {
    blobs: createS3Blobs({ s3, region, bucket: "gridfolk-test", endpoint: server.url }),
    send: (address, init) => fetch(address, init),
    stop: server.stop,
  };
});
