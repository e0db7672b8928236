import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { slackManifests } from '../../src/chat/slack/manifest.ts';
import { SHORTCUTS } from '../../src/chat/slack/shortcuts.ts';

const schema = '../shared/facts/schemas/slack-manifest-2.0.0.schema.json';

describe('the Slack manifests', () => {
  const { http, socket } = slackManifests();

  it.skipIf(!existsSync(schema))('are valid against Slack’s schema (skipped where it is not at hand)', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const isValid = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
    for (const manifest of [http, socket]) {
      isValid(manifest);
      expect(isValid.errors ?? []).toEqual([]);
    }
  });

  it('offer the shortcuts that the bot knows, and the addresses only where they are called', () => {
    const { features } = http as { features: { shortcuts: { callback_id: string }[] } };
    expect(features.shortcuts.map(({ callback_id: id }) => id)).toEqual(Object.keys(SHORTCUTS));
    expect(JSON.stringify(http).match(/\/slack\/events/g)?.length).toBe(4);
    expect(JSON.stringify(socket)).not.toContain('https://');
  });
});
