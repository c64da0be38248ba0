/** Of the one account that every emulated service knows; s3rver wants these. */
export const S3_CREDENTIALS = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
