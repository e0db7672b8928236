// A call to Azure, by the ids under which Azure's own logs have it.

/** What Azure's response said that it is. */
export interface AzureCall {
  readonly status: number;
  /** x-ms-correlation-request-id: the activity log's correlation id. */
  readonly correlationId?: string;
  /** x-ms-request-id. */
  readonly requestId?: string;
}
