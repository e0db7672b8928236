// How long one look at Azure, the directory or a chat may take: what takes longer is unknown, a decision does not wait for it.

export const longestMs = 10_000;
export const noAnswer = `no answer within ${longestMs / 1000} seconds`;
