/** Under which names AWS knows the identity of a CI job. */

/** Where GitLab puts the token of a job. */
export const awsIdentity = "AWS_ID_TOKEN";
/** Whom tokens are for. */
export const awsAudience = "sts.amazonaws.com";
