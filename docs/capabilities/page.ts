// The page docs/capabilities.md, as text.

import { type Capability, capabilities } from './list.ts';

const cell = (text: string | undefined, isCode = false): string => {
  if (text === undefined) return '–';
  const escaped = text.replaceAll('|', '\\|');
  return isCode ? `\`${escaped}\`` : escaped;
};

function row({ what, portal, az, powershell, template, terraform, line, less }: Capability): string {
  const verb = line?.split(' ').slice(0, /^credential /.test(line) ? 2 : 1);
  const bot = [verb === undefined ? undefined : `\`${verb.join(' ')}\``, less].filter((one) => one !== undefined);
  return `| ${what} | ${cell(portal)} | ${cell(az)} | ${cell(powershell)} | ${cell(template)} | ${cell(terraform)} | ${bot.join('. ')} |`;
}

/** The page, with its table. */
export function capabilitiesPage(): string {
  return [
    '# What Identity Desk does, beside the tools',
    '',
    'User-assigned managed identities and their role assignments. A dash: the tool has nothing for it. This page is printed from',
    '`docs/capabilities/list.ts`, and a test sends each line to a running bot. Where Identity Desk does less than the portal, its column says',
    'why.',
    '',
    '| | Portal | Azure CLI | PowerShell | ARM, Bicep | Terraform | Identity Desk |',
    '|---|---|---|---|---|---|---|',
    ...capabilities.map(row),
    '',
  ].join('\n');
}
