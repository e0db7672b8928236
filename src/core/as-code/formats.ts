// The languages that an identity or a request can be exported as, in the order of their buttons.

import { arm } from './arm.ts';
import { az } from './az.ts';
import { bicep } from './bicep.ts';
import type { CodeFormat } from './format.ts';
import { portalSteps } from './portal-steps.ts';
import { powershell } from './powershell.ts';
import { terraform } from './terraform.ts';

export const codeFormats: readonly CodeFormat[] = [az, powershell, arm, bicep, terraform, portalSteps];
