// How Resource Graph refuses: what is wrong stands in the details, the message asks for a time and a correlation id.
// Source: azure-cli-extensions recording test_query_error.

import { randomUUID } from 'node:crypto';
import { ArmError } from '../errors.ts';
import type { QueryError } from '../kql/errors.ts';

function error(status: number, code: string, details: ArmError['details']): ArmError {
  const time = new Date().toISOString().replace('Z', '0000Z');
  return new ArmError(
    status,
    code,
    `Please provide below info when asking for support: timestamp = ${time}, correlationId = ${randomUUID()}.`,
    {},
    details,
  );
}

/** A refusal of the request around the query. */
export function refused(status: 400 | 403, code: string, message: string): ArmError {
  return error(status, status === 400 ? 'BadRequest' : code, [{ code, message }]);
}

/** A refusal of the query itself. */
export function invalidQuery({ detail }: QueryError): ArmError {
  return error(400, 'BadRequest', [
    {
      code: 'InvalidQuery',
      message:
        'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
    },
    { ...detail },
  ]);
}
