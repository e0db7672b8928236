// Slack's files: an upload address for each, the bytes that were posted there, and where the file was shared.

type Json = Record<string, unknown>;

export interface FakeFile {
  readonly id: string;
  readonly name: string;
  readonly length: number;
  readonly alt: string | undefined;
  content?: Buffer;
  channel?: string;
  thread?: string | undefined;
}

export class FakeFiles {
  readonly all: FakeFile[] = [];
  /** Where the upload addresses point to; the fake's own server by default. */
  host: string | undefined;
  /** The status of an upload. */
  status = 200;
  readonly #url: () => string;

  constructor(url: () => string) {
    this.#url = url;
  }

  /** Files that somebody can see. */
  get shared(): FakeFile[] {
    return this.all.filter(({ channel }) => channel !== undefined);
  }

  forget(): void {
    this.all.length = 0;
    this.host = undefined;
    this.status = 200;
  }

  take(path: string, content: Buffer): { status: number; body: Json } {
    const file = this.all.find(({ id }) => path === `/upload/${id}`);
    if (!file) return { status: 404, body: {} };
    if (this.status !== 200) return { status: this.status, body: {} };
    file.content = content;
    return { status: 200, body: { ok: true } };
  }

  /** The response of a call about files; undefined for any other. */
  answer(method: string, body: Json): Json | undefined {
    if (method === 'files.getUploadURLExternal') {
      if (!(Number(body.length) > 0) || !body.filename) return { ok: false, error: 'invalid_arguments' };
      const id = `F${this.all.length + 1}`;
      const alt = body.alt_txt === undefined ? undefined : String(body.alt_txt);
      this.all.push({ id, name: String(body.filename), length: Number(body.length), alt });
      return { ok: true, file_id: id, upload_url: `${this.host ?? this.#url()}/upload/${id}` };
    }
    if (method !== 'files.completeUploadExternal') return undefined;
    for (const { id } of body.files as Json[]) {
      const file = this.all.find((one) => one.id === id);
      if (file?.content?.length !== file?.length) return { ok: false, error: 'file_not_found' };
    }
    for (const { id } of body.files as Json[]) {
      const file = this.all.find((one) => one.id === id);
      if (file) Object.assign(file, { channel: String(body.channel_id), thread: body.thread_ts });
    }
    return { ok: true, files: body.files };
  }
}
