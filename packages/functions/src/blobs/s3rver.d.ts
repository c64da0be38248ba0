declare module "@20minutes/s3rver" {
  import type { AddressInfo } from "node:net";

  /** An S3 that keeps its files in a folder and checks signatures of version 4. */
  export default class S3rver {
    constructor(options: {
      port: number;
      address: string;
      silent: boolean;
      directory: string;
      configureBuckets: { name: string }[];
    });
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
