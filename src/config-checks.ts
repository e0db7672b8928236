// What must be set for a real bot, whichever chats and credentials it has.

import { type Setting, type SettingName, settings } from './settings.ts';

/** Adds what is missing of the chats' and Azure's settings to `problems`. */
export function checkChatAndAzure(
  isSet: (name: SettingName) => boolean,
  inGroup: (group: Setting['group']) => SettingName[],
  problems: string[],
): void {
  const need = (name: SettingName, why: string) => {
    if (!isSet(name)) problems.push(`${name} is missing: ${why}`);
  };
  if (inGroup('Teams').length === 0 && inGroup('Slack').length === 0) {
    problems.push(
      'SLACK_BOT_TOKEN (for Slack) or MicrosoftAppId (for Teams) is missing: no chat platform is configured (to try Identity Desk on this machine, set SANDBOX=1)',
    );
  }
  if (isSet('AZURE_CLIENT_SECRET') || isSet('AZURE_CLIENT_CERTIFICATE_PATH') || isSet('AZURE_FEDERATED_TOKEN_FILE')) {
    need('AZURE_TENANT_ID', settings.AZURE_TENANT_ID.about);
    need('AZURE_CLIENT_ID', settings.AZURE_CLIENT_ID.about);
  }
}
