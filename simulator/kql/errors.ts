// What Resource Graph says of a query that it does not take. The shapes of the details are Azure's (azure-cli-extensions recording
// test_query_error; azure-powershell#13762 for InvalidQueryLanguage); where no public sample was found, the text is own words.

export interface QueryErrorDetail {
  code: string;
  message: string;
  line?: number;
  characterPositionInLine?: number;
  token?: string;
  expectedToken?: string;
}

/** A query that is wrong, or outside the part of the language that is known here: refused, never half answered. */
export class QueryError extends Error {
  readonly detail: QueryErrorDetail;

  constructor(detail: QueryErrorDetail) {
    super(detail.message);
    this.detail = detail;
  }
}

/** Where a token stands: lines from 1, characters of a line from 0, as the parser of Azure counts. */
export interface Position {
  line: number;
  character: number;
}

/** The text is not a query: `token` stands where something else had to. */
export function parserFailure(at: Position, token: string, expected?: string): QueryError {
  return new QueryError({
    code: 'ParserFailure',
    message: 'ParserFailure',
    line: at.line,
    characterPositionInLine: at.character,
    token,
    ...(expected === undefined ? {} : { expectedToken: expected }),
  });
}

/** An operator or function of Kusto that Resource Graph, or this simulator, does not have. */
export function notInLanguage(token: string): QueryError {
  return new QueryError({
    code: 'InvalidQueryLanguage',
    message: 'InvalidQueryLanguage',
    line: -1,
    characterPositionInLine: -1,
    token,
  });
}

export function unknownTable(name: string): QueryError {
  return new QueryError({
    code: 'DisallowedLogicalTableName',
    message: `Table ${name} is invalid, unsupported or disallowed.`,
    token: name,
  });
}

/** A query that reads well and makes no sense: a column that is not there, types that do not meet. */
export function semanticError(message: string): QueryError {
  return new QueryError({ code: 'Default', message });
}
